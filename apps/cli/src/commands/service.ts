import { type Hex32, ZERO_ADDRESS } from '@millrace/base'
import {
  type Client,
  fetchTask,
  findServiceSale,
  listServiceSales,
  type ServiceSale,
  walletOf,
} from '@millrace/sdk'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exitCodes.ts'
import { type AccountName, connectCloud } from '../home/connectCloud.ts'
import { formatCoins, formatDuration, formatTime, shortHex } from '../terminal/format.ts'
import { alignRows } from '../terminal/receiptText.ts'
import { formatTable } from '../terminal/table.ts'

/** `millrace service ls`: what can be bought or is under way; with `--all` what is over, too. */
export async function serviceLs(
  context: Context,
  _: string[],
  { all = false, mine = false, as }: { all?: boolean; mine?: boolean; as: AccountName },
): Promise<ExitCode> {
  const { out, t, signal } = context
  const { client } = await connectCloud(context, { as })
  const open = all ? {} : ({ open: true } as const)
  const me = walletOf(client).address
  const listed = await listServiceSales(client, open, { signal })
  const services = listed.filter((sale) => !mine || isPartyOf(sale, me))
  out.result({ services: services.map(reportOf) }, () =>
    services.length === 0
      ? t.service.none
      : formatTable(
          t.service.columns,
          services.map((sale) => [
            shortHex(sale.offerId),
            stageText(context, sale),
            formatCoins(sale.terms.price),
            formatCoins(sale.terms.stake),
            sale.until === 0 ? '-' : formatTime(sale.until),
            sale.terms.provider,
            sale.terms.arbiter,
          ]),
        ),
  )
  return EXIT.ok
}

const isPartyOf = ({ terms, buyer }: ServiceSale, who: string): boolean =>
  [terms.provider, terms.arbiter, terms.buyer, buyer].some((party) => party === who)

/** `millrace service show OFFER`: terms, stage, and what was written about it. */
export async function serviceShow(
  context: Context,
  [offer = '']: string[],
  { as }: { as: AccountName },
): Promise<ExitCode> {
  const { client } = await connectCloud(context, { as })
  const { signal } = context
  const sale = await findServiceSale(client, offer, { signal })
  const words = await Promise.all(
    [sale.terms.task, sale.refusal, sale.appeal].map((hash) => textOf(context, client, hash)),
  )
  const [task, refusal, appeal] = words
  context.out.result({ ...reportOf(sale), texts: { task, refusal, appeal } }, () =>
    alignRows(
      [
        ...rowsOf(context, sale),
        ...textRow(context.t.service.fields.task, task),
        ...textRow(context.t.service.fields.refusal, refusal),
        ...textRow(context.t.service.fields.appeal, appeal),
      ],
      context.out.paint,
    ),
  )
  return EXIT.ok
}

/** Prints a sale as it stands on chain after a step. */
export async function showService(
  context: Context,
  client: Client,
  offerId: Hex32,
): Promise<ExitCode> {
  const sale = await findServiceSale(client, offerId, { signal: context.signal })
  context.out.result(reportOf(sale), () => alignRows(rowsOf(context, sale), context.out.paint))
  return EXIT.ok
}

/** What machines get of a sale. */
function reportOf({ offerId, terms, cid, ...state }: ServiceSale) {
  const { buyer: onlyBuyer, ...rest } = terms
  return { offer: offerId, ...rest, ...state, onlyBuyer, description: cid }
}

/** Where a sale stands, or how it ended. */
function stageText({ t }: Context, { stage, outcome, providerBps }: ServiceSale): string {
  if (outcome === undefined) return t.service.stages[stage]
  return outcome === 'ruled'
    ? t.service.ruled(`${(providerBps ?? 0) / 100} %`)
    : t.service.outcomes[outcome]
}

function rowsOf(context: Context, sale: ServiceSale): [string, string][] {
  const { fields, anybody, windowsOf } = context.t.service
  const { terms, until } = sale
  const buyer = sale.buyer === ZERO_ADDRESS ? terms.buyer : sale.buyer
  return [
    [fields.offer, sale.offerId],
    [fields.stage, stageText(context, sale)],
    [fields.until, until === 0 ? '-' : formatTime(until)],
    [fields.provider, terms.provider],
    [fields.buyer, buyer === ZERO_ADDRESS ? anybody : buyer],
    [fields.arbiter, terms.arbiter],
    [fields.price, formatCoins(terms.price)],
    [fields.stake, formatCoins(terms.stake)],
    [fields.fee, formatCoins(terms.fee)],
    [
      fields.windows,
      windowsOf({
        deliver: formatDuration(terms.deliverSec),
        review: formatDuration(terms.reviewSec),
        appeal: formatDuration(terms.appealSec),
        ruling: formatDuration(terms.rulingSec),
      }),
    ],
    [fields.content, sale.content ?? '-'],
  ]
}

const textRow = (name: string, text: string | undefined): [string, string][] =>
  text === undefined ? [] : [[name, text]]

const MAX_SHOWN = 2000

/** Words of a party, which may be gone or be no text: then only their hash is left. */
async function textOf(
  { signal }: Context,
  client: Client,
  hash: Hex32 | undefined,
): Promise<string | undefined> {
  if (hash === undefined) return undefined
  try {
    const bytes = await fetchTask(client, { task: hash }, { signal })
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).slice(0, MAX_SHOWN)
  } catch {
    signal.throwIfAborted()
    return hash
  }
}
