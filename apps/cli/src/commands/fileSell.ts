import { createReadStream, type Stats, statSync } from 'node:fs'
import { basename } from 'node:path'
import { address, InvalidInputError } from '@millrace/base'
import { type Client, findFileSale, revealFileKey, sellFile, waitForSale } from '@millrace/sdk'
import type { Context } from '../context.ts'
import { FileNotReadableError } from '../errors.ts'
import { EXIT, type ExitCode } from '../exitCodes.ts'
import { connectCloud } from '../home/connectCloud.ts'
import {
  formatBytes,
  formatCoins,
  formatDuration,
  formatTime,
  parseCoins,
  parseDuration,
} from '../terminal/format.ts'
import { reportOf, showSale } from './file.ts'

export type FileSellOptions = {
  price?: string
  deposit?: string
  to?: string
  chunk: string
  unsalted?: boolean
  detach?: boolean
  revealWithin?: string
  complainWithin: string
}

/** Who does not wait for its buyer needs time to come back: too late costs the deposit. */
const REVEAL_WITHIN = { waiting: '1h', detached: '24h' }

/** `millrace file sell FILE`: seals and offers it, waits for its buyer and shows the key. */
export async function fileSell(
  context: Context,
  [file = '']: string[],
  options: FileSellOptions,
): Promise<ExitCode> {
  const { out, t, signal } = context
  const parameters = parametersOf(options)
  const { size } = statOf(file)
  const { client } = await connectCloud(context)
  out.note(t.file.sealing({ file: basename(file), size: formatBytes(size) }))
  const source = createReadStream(file)
  const { offerId, terms } = await sellFile(client, { source, ...parameters }, { signal })
  out.note(
    t.file.offered({
      offer: offerId,
      price: formatCoins(terms.price),
      deposit: formatCoins(terms.deposit),
      until: formatTime(terms.acceptUntil),
    }),
  )
  out.note(t.file.buyWith(offerId.slice(0, 10)))
  if (options.detach === true) {
    const sale = await findFileSale(client, offerId, { signal })
    out.result(reportOf(sale), () =>
      t.file.comeBack({
        offer: offerId.slice(0, 10),
        within: formatDuration(terms.revealSec),
      }),
    )
    return EXIT.ok
  }
  out.note(t.file.waiting)
  return serveBuyer(context, client, offerId)
}

/** `millrace file reveal OFFER`: the second half of a sale that was left alone. */
export async function fileReveal(context: Context, [offer = '']: string[]): Promise<ExitCode> {
  const { client } = await connectCloud(context)
  const { offerId } = await findFileSale(client, offer, { signal: context.signal })
  return serveBuyer(context, client, offerId)
}

async function serveBuyer(context: Context, client: Client, offerId: string): Promise<ExitCode> {
  const { out, t, signal } = context
  const offered = await findFileSale(client, offerId, { signal })
  const sale =
    offered.stage === 'offered' ? await waitForSale(client, offered, { signal }) : offered
  if (sale.stage !== 'accepted') return showSale(context, sale)
  out.note(t.file.bought(sale.buyer))
  await revealFileKey(client, sale.terms, { signal })
  const shown = await findFileSale(client, offerId, { signal })
  out.result(reportOf(shown), () => t.file.shown(formatTime(shown.until)))
  return EXIT.ok
}

function parametersOf(options: FileSellOptions) {
  const { price, deposit, to, chunk, unsalted, detach, complainWithin } = options
  const usual = detach === true ? REVEAL_WITHIN.detached : REVEAL_WITHIN.waiting
  if (price === undefined)
    throw new InvalidInputError({
      field: '--price',
      value: undefined,
      expected: 'coins, such as 5',
    })
  return {
    price: parseCoins(price, '--price'),
    ...(deposit === undefined ? {} : { deposit: parseCoins(deposit, '--deposit') }),
    ...(to === undefined ? {} : { buyer: address(to, '--to') }),
    chunkBytes: Number(chunk),
    isSalted: unsalted !== true,
    revealSec: parseDuration(options.revealWithin ?? usual, '--reveal-within'),
    complainSec: parseDuration(complainWithin, '--complain-within'),
  }
}

function statOf(file: string): Stats {
  try {
    const found = statSync(file)
    if (found.isFile()) return found
  } catch (cause) {
    throw new FileNotReadableError({ field: 'file', path: file, cause })
  }
  throw new InvalidInputError({ field: 'file', value: file, expected: 'a plain file' })
}
