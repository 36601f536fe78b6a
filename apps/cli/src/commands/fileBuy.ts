import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { InvalidInputError } from '@millrace/base'
import { acceptFile, complainAboutFile, finishFile, waitForSuccess } from '@millrace/chain'
import {
  buildComplaint,
  type Client,
  checkSealed,
  type FileSale,
  findFileSale,
  openSealed,
  readFileKey,
  requireFree,
  WrongChunkError,
  waitForSale,
  walletOf,
} from '@millrace/sdk'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exitCodes.ts'
import { connectCloud } from '../home/connectCloud.ts'
import { formatBytes, formatCoins, formatTime } from '../terminal/format.ts'
import { reportOf, stageText } from './file.ts'

/**
 * `millrace file buy OFFER`. The sealed file is on this disk and checked before anything is paid, and
 * stays there until the sale is over: a crash at any point leaves what the same command goes on with.
 */
export async function fileBuy(
  context: Context,
  [offer = '']: string[],
  options: { out?: string },
): Promise<ExitCode> {
  const { signal } = context
  const { client } = await connectCloud(context)
  const sale = await findFileSale(client, offer, { signal })
  const path = resolve(options.out ?? `${sale.offerId.slice(0, 10)}.bin`)
  const sealed = `${path}.sealed`
  await fetchSealed(context, client, sale, sealed)
  await payFor(context, client, sale)
  const paid = await findFileSale(client, sale.offerId, { signal })
  const shown = paid.stage === 'accepted' ? await waitForSale(client, paid, { signal }) : paid
  if (shown.stage === 'accepted') return claimWithheld(context, client, shown)
  if (shown.stage !== 'delivered') return showOutcome(context, client, shown)
  try {
    await openTo(client, shown, { sealed, path, signal })
  } catch (error) {
    if (!(error instanceof WrongChunkError)) throw error
    return complainAbout(context, client, shown, { sealed, index: error.index })
  }
  await finish(client, shown, signal)
  await rm(sealed)
  const { out, t } = context
  const report = reportOf(await findFileSale(client, sale.offerId, { signal }))
  const size = formatBytes(Number(sale.terms.sizeBytes))
  out.result({ ...report, path }, () => t.file.opened({ path, size }))
  return EXIT.ok
}

/** `millrace file complain OFFER --sealed FILE`: for a key that was shown while nobody was looking. */
export async function fileComplain(
  context: Context,
  [offer = '']: string[],
  options: { sealed?: string },
): Promise<ExitCode> {
  const { out, t, signal } = context
  const { client } = await connectCloud(context)
  const sale = await findFileSale(client, offer, { signal })
  const sealed = resolve(options.sealed ?? `${sale.offerId.slice(0, 10)}.bin.sealed`)
  if (!existsSync(sealed))
    throw new InvalidInputError({
      field: '--sealed',
      value: sealed,
      expected: 'the sealed file that was downloaded before paying',
    })
  try {
    const key = await keyOf(client, sale, signal)
    for await (const _ of openSealed(createReadStream(sealed), { ...sale, key }));
  } catch (error) {
    if (!(error instanceof WrongChunkError)) throw error
    return complainAbout(context, client, sale, { sealed, index: error.index })
  }
  out.result({ ...reportOf(sale), complaint: false }, () => t.file.allGood)
  return EXIT.ok
}

async function fetchSealed(context: Context, client: Client, sale: FileSale, sealed: string) {
  const { out, t, signal } = context
  const size = formatBytes(Number(sale.terms.sizeBytes))
  if (!existsSync(sealed)) {
    if (sale.cid === undefined)
      throw new InvalidInputError({
        field: 'offer',
        value: sale.offerId,
        expected: `an offer with its sealed file in storage, or the file itself at ${sealed}`,
      })
    out.note(t.file.downloading({ offer: sale.offerId.slice(0, 10), size }))
    const part = `${sealed}.part`
    await pipeline(
      Readable.from(client.storage.read(sale.cid, { signal })),
      createWriteStream(part),
    )
    await rename(part, sealed)
  }
  await checkSealed(createReadStream(sealed), sale.terms)
}

async function payFor(context: Context, client: Client, sale: FileSale): Promise<void> {
  const { out, t, signal } = context
  const wallet = walletOf(client)
  if (sale.stage !== 'offered' && sale.buyer === wallet.address) return
  const { terms } = sale
  await requireFree(client, wallet.address, terms.price)
  await waitForSuccess(wallet, await acceptFile(wallet, { terms }, { signal }), { signal })
  const { until } = await findFileSale(client, sale.offerId, { signal })
  out.note(t.file.accepted({ price: formatCoins(terms.price), until: formatTime(until) }))
}

async function openTo(
  client: Client,
  sale: FileSale,
  { sealed, path, signal }: { sealed: string; path: string; signal: AbortSignal },
): Promise<void> {
  const key = await keyOf(client, sale, signal)
  const part = `${path}.part`
  try {
    const chunks = openSealed(createReadStream(sealed), { ...sale, key })
    await pipeline(Readable.from(chunks), createWriteStream(part))
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}

async function keyOf(client: Client, { offerId, terms }: FileSale, signal: AbortSignal) {
  const key = await readFileKey(client, offerId, { signal })
  if (key !== undefined) return key
  throw new InvalidInputError({
    field: 'offer',
    value: offerId,
    expected: `one whose seller ${terms.seller} has shown the key`,
  })
}

async function complainAbout(
  context: Context,
  client: Client,
  sale: FileSale,
  { sealed, index }: { sealed: string; index: number },
): Promise<ExitCode> {
  const { out, t, signal } = context
  const { terms, offerId } = sale
  out.note(t.file.wrong(index))
  const key = await keyOf(client, sale, signal)
  const chunk = await buildComplaint(createReadStream(sealed), { terms, index })
  const wallet = walletOf(client)
  const sent = await complainAboutFile(wallet, { terms, key, chunk }, { signal })
  await waitForSuccess(wallet, sent, { signal })
  const report = reportOf(await findFileSale(client, offerId, { signal }))
  const money = { price: formatCoins(terms.price), deposit: formatCoins(terms.deposit) }
  out.result({ ...report, complaint: true }, () => t.file.refunded(money))
  return EXIT.unverified
}

async function claimWithheld(context: Context, client: Client, sale: FileSale): Promise<ExitCode> {
  const { out, t, signal } = context
  await finish(client, sale, signal)
  const report = reportOf(await findFileSale(client, sale.offerId, { signal }))
  out.result(report, () => t.file.withheld)
  return EXIT.expired
}

function showOutcome(context: Context, client: Client, sale: FileSale): ExitCode {
  const { out, t } = context
  const isMine = sale.outcome === 'sold' && sale.buyer === walletOf(client).address
  out.result(reportOf(sale), () => t.file.ended(stageText(context, sale)))
  return isMine ? EXIT.ok : EXIT.noDeal
}

async function finish(client: Client, { terms }: FileSale, signal: AbortSignal): Promise<void> {
  const wallet = walletOf(client)
  await waitForSuccess(wallet, await finishFile(wallet, { terms }, { signal }), { signal })
}
