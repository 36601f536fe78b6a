import { type Address, dealId, InvalidInputError, nowSec } from '@millrace/base'
import { trustOfOdds } from '@millrace/protocol'
import {
  getDeal,
  getInfo,
  isListed,
  listApps,
  listOrders,
  listPools,
  listSessions,
  listTasks,
  listWorkers,
  textOfAd,
} from '@millrace/sdk'
import type { BookOrder, SessionRow, WorkerRow } from '@millrace/wire'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exitCodes.ts'
import { type Cloud, connectCloud } from '../home/connectCloud.ts'
import {
  formatCoins,
  formatDuration,
  formatTime,
  formatTrust,
  shortHex,
} from '../terminal/format.ts'
import { alignRows } from '../terminal/receiptText.ts'
import { formatTable } from '../terminal/table.ts'

// What is in the market: apps, pools, workers, orders, deals, the chain.

/** `millrace app ls` */
export async function appLs(context: Context): Promise<ExitCode> {
  const { client } = await connectCloud(context)
  const rows = await listApps(client, { signal: context.signal })
  const apps = rows.filter(isListed).map(({ asset, owner, ad, price, cid }) => ({
    name: textOfAd(ad, 'Name') ?? shortHex(asset),
    version: textOfAd(ad, 'Version'),
    description: textOfAd(ad, 'Description'),
    determinism: textOfAd(ad, 'Determinism'),
    price,
    app: asset,
    owner,
    manifest: cid,
  }))
  apps.sort((a, b) => (a.name < b.name ? -1 : 1))
  const { out, t } = context
  out.result({ apps }, () =>
    apps.length === 0
      ? t.market.noApps
      : formatTable(
          t.market.appColumns,
          apps.map((app) => [
            app.name,
            app.version ?? '',
            app.price === undefined ? t.market.notOnSale : formatCoins(app.price),
            shortHex(app.app),
            app.description ?? '',
          ]),
          process.stdout.columns,
        ),
  )
  return EXIT.ok
}

/** `millrace pool ls` */
export async function poolLs(context: Context): Promise<ExitCode> {
  const { client } = await connectCloud(context)
  const { signal, out, t } = context
  const [pools, orders] = await Promise.all([
    listPools(client, { signal }),
    listOrders(client, { kind: 'pool', open: true }, { signal }),
  ])
  const listed = await Promise.all(
    pools.map(async ({ asset, owner, uri, ad }) => {
      const sessions = await listSessions(client, uri, { signal }).catch(() => undefined)
      const offer = cheapestOf(orders, asset)
      return {
        pool: asset,
        name: textOfAd(ad, 'Name'),
        url: uri,
        owner,
        answers: sessions !== undefined,
        workers: sessions?.filter(({ connected }) => connected).length,
        slots: sessions?.reduce((sum, { connected, slots }) => sum + (connected ? slots : 0), 0),
        ...offerOf(offer),
      }
    }),
  )
  out.result({ pools: listed }, () =>
    formatTable(
      t.market.poolColumns,
      listed.map((pool) => [
        shortHex(pool.pool),
        pool.name ?? '',
        pool.answers ? t.market.answers : t.market.silent,
        String(pool.workers ?? '-'),
        String(pool.slots ?? '-'),
        pool.price === undefined ? t.market.notOnSale : formatCoins(pool.price),
        pool.maxTrust === undefined ? '-' : formatTrust(pool.maxTrust),
        pool.url,
      ]),
    ),
  )
  return EXIT.ok
}

function cheapestOf(orders: readonly BookOrder[], pool: Address): BookOrder | undefined {
  const priceOf = ({ signed }: BookOrder) => (signed.kind === 'pool' ? signed.order.price : 0n)
  return orders
    .filter(({ signed }) => signed.kind === 'pool' && signed.order.pool === pool)
    .reduce<BookOrder | undefined>(
      (best, next) => (best === undefined || priceOf(next) < priceOf(best) ? next : best),
      undefined,
    )
}

function offerOf(book: BookOrder | undefined) {
  if (book === undefined || book.signed.kind !== 'pool') return {}
  const { price, stake, maxOdds, fuel, memoryMiB, diskMiB, wallSec } = book.signed.order
  return { price, stake, maxTrust: trustOfOdds(maxOdds), fuel, memoryMiB, diskMiB, wallSec }
}

/** `millrace worker ls`: who is connected, from the pools; their records, from the chain. */
export async function workerLs(context: Context): Promise<ExitCode> {
  const cloud = await connectCloud(context)
  const { out, t, signal } = context
  const [records, sessions] = await Promise.all([
    listWorkers(cloud.client, { signal }),
    sessionsOfAll(cloud, signal),
  ])
  const workers = [...new Set([...sessions.keys(), ...records.map(({ worker }) => worker)])]
    .sort()
    .map((worker) =>
      workerOf(
        worker,
        sessions.get(worker),
        records.find((row) => row.worker === worker),
      ),
    )
  out.result({ workers }, () =>
    workers.length === 0
      ? t.market.noWorkers
      : formatTable(
          t.market.workerColumns,
          workers.map((worker) => [
            worker.worker,
            worker.state,
            `${worker.running}/${worker.slots}`,
            String(worker.tasks),
            String(worker.checks),
            String(worker.faults),
            formatCoins(worker.bond),
            formatCoins(worker.earned),
          ]),
        ),
  )
  return EXIT.ok
}

async function sessionsOfAll(
  { client }: Cloud,
  signal: AbortSignal,
): Promise<Map<Address, SessionRow>> {
  const pools = await listPools(client, { signal })
  const found = await Promise.all(
    pools.map(({ uri }) => listSessions(client, uri, { signal }).catch((): SessionRow[] => [])),
  )
  return new Map(found.flat().map((row) => [row.worker, row]))
}

function workerOf(worker: Address, session: SessionRow | undefined, record: WorkerRow | undefined) {
  return {
    worker,
    connected: session?.connected ?? false,
    state: session?.state ?? 'gone',
    slots: session?.slots ?? 0,
    running: session?.running ?? 0,
    fuelPerSec: session?.fuelPerSec,
    tasks: record?.tasks ?? 0,
    checks: record?.checks ?? 0,
    faults: record?.faults ?? 0,
    bond: record?.bond ?? 0n,
    earned: record?.earned ?? 0n,
  }
}

/** `millrace order ls` */
export async function orderLs(
  context: Context,
  _: string[],
  { kind, all }: { kind?: string; all?: boolean },
): Promise<ExitCode> {
  if (kind !== undefined && !isKind(kind))
    throw new InvalidInputError({
      field: '--kind',
      value: kind,
      expected: 'app, dataset, pool or request',
    })
  const { client } = await connectCloud(context)
  const orders = await listOrders(
    client,
    { ...(kind === undefined ? {} : { kind }), ...(all === true ? {} : { open: true }) },
    { signal: context.signal },
  )
  const { out, t } = context
  out.result({ orders }, () =>
    orders.length === 0
      ? t.market.noOrders
      : formatTable(
          t.market.orderColumns,
          orders.map(({ hash, signed, signer, remaining, busyUntilMs, state }) => [
            shortHex(hash),
            signed.kind,
            shortHex(subjectOf(signed)),
            state,
            'price' in signed.order ? formatCoins(signed.order.price) : '',
            remaining > 10n ** 12n ? t.market.unlimited : remaining.toString(),
            busyText(busyUntilMs - context.clock.nowMs()),
            formatTime(signed.order.expiresAt),
            shortHex(signer),
          ]),
        ),
  )
  return EXIT.ok
}

/** How long the slots of a pool's order are booked for. */
function busyText(busyMs: number): string {
  return busyMs > 0 ? formatDuration(busyMs / 1000) : ''
}

/** The asset that an order is about. */
function subjectOf({ order }: BookOrder['signed']): string {
  if ('pool' in order) return order.pool
  if ('requester' in order || !('dataset' in order)) return order.app
  return order.dataset
}

const KINDS = ['app', 'dataset', 'pool', 'request'] as const
function isKind(text: string): text is (typeof KINDS)[number] {
  return (KINDS as readonly string[]).includes(text)
}

/** `millrace deal show ID`: terms, money and tasks of a deal. */
export async function dealShow(context: Context, [id = '']: string[]): Promise<ExitCode> {
  const { client } = await connectCloud(context)
  const { out, t, signal, clock } = context
  const deal = await getDeal(client, dealId(id, 'deal'), { signal })
  const tasks = await listTasks(client, deal.dealId, {}, { signal })
  const { terms } = deal
  const coins = (amount: bigint): string => t.receipt.coins(formatCoins(amount))
  out.result({ ...deal, taskList: tasks }, () =>
    alignRows(
      [
        [t.receipt.deal, deal.dealId],
        [t.market.state, deal.state],
        [t.receipt.tasks, t.receipt.settledOf({ settled: deal.settled, asked: terms.volume })],
        [t.market.requester, terms.requester],
        [t.market.app, terms.app],
        [t.market.pool, terms.pool],
        [
          t.market.prices,
          t.market.pricesOf({
            app: formatCoins(terms.appPrice),
            pool: formatCoins(terms.poolPrice),
            stake: formatCoins(terms.poolStake),
          }),
        ],
        [
          t.receipt.trust,
          terms.minOdds === 0n ? t.receipt.trustNone : formatTrust(trustOfOdds(terms.minOdds)),
        ],
        [t.receipt.paid, coins(deal.paid)],
        [t.receipt.refunded, coins(deal.refunded)],
        [t.receipt.compensation, coins(deal.compensation)],
        [
          t.market.expires,
          `${formatTime(terms.expiresAt)}${nowSec(clock) > terms.expiresAt ? ` (${t.market.past})` : ''}`,
        ],
        [t.receipt.gas, deal.gas.toString()],
        [t.market.transaction, deal.txHash],
      ],
      out.paint,
    ),
  )
  return EXIT.ok
}

/** `millrace chain status`: the chain and how far the market's tables have followed it. */
export async function chainStatus(context: Context): Promise<ExitCode> {
  const { client, file } = await connectCloud(context)
  const { out, t, signal } = context
  const info = await getInfo(client, { signal })
  out.result({ ...info, apiUrl: file.apiUrl, poolUrl: file.poolUrl }, () =>
    alignRows(
      [
        [t.market.chain, `${info.chainId}  ${info.rpcUrl}`],
        [t.market.head, `${info.headBlock}`],
        [t.market.indexed, `${info.indexedBlock}`],
        [t.market.api, file.apiUrl],
        [t.market.storage, info.storageUrl],
        ...Object.entries(info.contracts).map(([name, at]): [string, string] => [name, at]),
      ],
      out.paint,
    ),
  )
  return EXIT.ok
}
