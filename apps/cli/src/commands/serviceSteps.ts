import { createReadStream, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { address, InvalidInputError, seconds, type TxHash, wei } from '@millrace/base'
import {
  acceptService,
  appealService,
  finishService,
  refuseService,
  ruleService,
  type WriteClient,
  waitForSuccess,
} from '@millrace/chain'
import {
  type Client,
  deliverWork,
  fetchWork,
  findServiceSale,
  offerWork,
  requireFree,
  type ServiceSale,
  walletOf,
} from '@millrace/sdk'
import type { Context } from '../context.ts'
import { FileNotReadableError } from '../errors.ts'
import { EXIT, type ExitCode } from '../exitCodes.ts'
import { type AccountName, connectCloud } from '../home/connectCloud.ts'
import { formatBytes, parseCoins, parseDuration } from '../terminal/format.ts'
import { putText } from './putText.ts'
import { showService } from './service.ts'

type As = { as: AccountName }

export type ServiceOfferOptions = As & {
  price?: string
  stake?: string
  fee: string
  arbiter?: string
  to?: string
  acceptWithin: string
  deliverWithin: string
  reviewWithin: string
  appealWithin: string
  rulingWithin: string
  maturity?: string
}

/** `millrace service offer FILE --price COINS --arbiter ACCOUNT` */
export async function serviceOffer(
  context: Context,
  [file = '']: string[],
  options: ServiceOfferOptions,
): Promise<ExitCode> {
  const parameters = parametersOf(options)
  const description = readBytes(file)
  const { client } = await connectCloud(context, options)
  const { stake, fee } = parameters
  await requireFree(client, walletOf(client).address, wei(stake + fee))
  const { signal } = context
  const { offerId } = await offerWork(client, { description, ...parameters }, { signal })
  context.out.note(context.t.service.offered(offerId.slice(0, 10)))
  return showService(context, client, offerId)
}

/** `millrace service accept OFFER`: locks its price and fee. */
export function serviceAccept(context: Context, args: string[], as: As): Promise<ExitCode> {
  return takeStep(context, args, as, async (wallet, { terms }, client) => {
    await requireFree(client, wallet.address, wei(terms.price + terms.fee))
    return acceptService(wallet, { terms })
  })
}

/** `millrace service deliver OFFER FILE` */
export async function serviceDeliver(
  context: Context,
  [offer = '', file = '']: string[],
  { as }: As,
): Promise<ExitCode> {
  const { client, sale } = await saleOf(context, offer, as)
  readBytes(file)
  const work = createReadStream(file)
  await deliverWork(client, { terms: sale.terms, work }, { signal: context.signal })
  return showService(context, client, sale.offerId)
}

/** `millrace service fetch OFFER`: what was delivered, checked against its hash on chain. */
export async function serviceFetch(
  context: Context,
  [offer = '']: string[],
  { as, out }: As & { out?: string },
): Promise<ExitCode> {
  const { client, sale } = await saleOf(context, offer, as)
  const work = await fetchWork(client, sale.offerId, { signal: context.signal })
  const path = resolve(out ?? `${sale.offerId.slice(0, 10)}.work`)
  writeFileSync(path, work)
  context.out.result({ offer: sale.offerId, path, sizeBytes: work.length }, () =>
    context.t.service.fetched({ path, size: formatBytes(work.length) }),
  )
  return EXIT.ok
}

/** `millrace service refuse OFFER REASON` */
export function serviceRefuse(context: Context, args: string[], as: As): Promise<ExitCode> {
  return takeStep(context, args, as, async (wallet, { terms }, client) =>
    refuseService(wallet, { terms, reason: await putText(client, args[1] ?? '', 'reason') }),
  )
}

/** `millrace service appeal OFFER REASON` */
export function serviceAppeal(context: Context, args: string[], as: As): Promise<ExitCode> {
  return takeStep(context, args, as, async (wallet, { terms }, client) =>
    appealService(wallet, { terms, reason: await putText(client, args[1] ?? '', 'reason') }),
  )
}

/** `millrace service rule OFFER PERCENT` */
export async function serviceRule(context: Context, args: string[], as: As): Promise<ExitCode> {
  const [, share = ''] = args
  const percent = /^(\d{1,3}(?:\.\d{1,2})?)\s*%?$/.exec(share)?.[1]
  const providerBps = Math.round(Number(percent) * 100)
  if (percent === undefined || providerBps > 10_000)
    throw new InvalidInputError({
      field: 'share',
      value: share,
      expected: 'percent of the price for the provider, 0 to 100, such as 25 or 12.5',
    })
  return await takeStep(context, args, as, (wallet, { terms }) =>
    ruleService(wallet, { terms, providerBps }),
  )
}

/** `millrace service finish OFFER`: the buyer accepts the work by it; after its time anybody ends a stage. */
export function serviceFinish(context: Context, args: string[], as: As): Promise<ExitCode> {
  return takeStep(context, args, as, (wallet, { terms }) => finishService(wallet, { terms }))
}

type Step = (wallet: WriteClient, sale: ServiceSale, client: Client) => Promise<TxHash>

async function takeStep(
  context: Context,
  [offer = '']: string[],
  { as }: As,
  step: Step,
): Promise<ExitCode> {
  const { client, sale } = await saleOf(context, offer, as)
  const wallet = walletOf(client)
  const { signal } = context
  await waitForSuccess(wallet, await step(wallet, sale, client), { signal })
  return showService(context, client, sale.offerId)
}

async function saleOf(
  context: Context,
  offer: string,
  as: AccountName,
): Promise<{ client: Client; sale: ServiceSale }> {
  const { client } = await connectCloud(context, { as })
  return { client, sale: await findServiceSale(client, offer, { signal: context.signal }) }
}

const TENTH = 10n

function parametersOf(options: ServiceOfferOptions) {
  const { price: coins, stake, fee, arbiter, to, maturity } = options
  if (coins === undefined)
    throw new InvalidInputError({ field: '--price', value: coins, expected: 'coins, such as 5' })
  if (arbiter === undefined)
    throw new InvalidInputError({
      field: '--arbiter',
      value: arbiter,
      expected: 'the account that both sides let rule on a refusal',
    })
  const price = parseCoins(coins, '--price')
  const sec = (name: keyof ServiceOfferOptions & `${string}Within`) =>
    parseDuration(options[name], `--${name.replace('Within', '-within')}`)
  return {
    price,
    // The least that the contract takes, rounded up.
    stake: stake === undefined ? wei((price + TENTH - 1n) / TENTH) : parseCoins(stake, '--stake'),
    fee: parseCoins(fee, '--fee'),
    arbiter: address(arbiter, '--arbiter'),
    ...(to === undefined ? {} : { buyer: address(to, '--to') }),
    acceptSec: sec('acceptWithin'),
    windows: {
      deliverSec: sec('deliverWithin'),
      reviewSec: sec('reviewWithin'),
      appealSec: sec('appealWithin'),
      rulingSec: sec('rulingWithin'),
    },
    maturitySec: maturity === undefined ? seconds(0) : parseDuration(maturity, '--maturity'),
  }
}

function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw new FileNotReadableError({ field: 'file', path: file, cause })
  }
}
