import { every, isRetryable, type Logger, nowSec, type Seconds, seconds } from '@millrace/base'
import { expireDeal, readDeal, waitForSuccess } from '@millrace/chain'
import { carryRequest, type PlacedRequest } from './carryRequest.ts'
import { type Client, walletOf } from './client.ts'
import { scanDapps } from './courierScan.ts'
import { deliverTask } from './deliverTask.ts'
import type { FollowedDeal } from './settlements.ts'

/** Where the next run starts: the first block of which something may be unfinished; 0 at first. */
export type CourierJournal = {
  load(): number
  save(block: number): void
}

export type CourierOptions = {
  journal: CourierJournal
  /** Between looks at the chain; default 500. */
  pollMs?: number
  /** How long something that fails is tried again; default a day. Others still can. */
  patienceSec?: Seconds
  log: Logger
  signal: AbortSignal
}

/** Something that is still to be done, and when to try again. */
type Job<T> = { what: T; block: number; seenAt: number; tryAt: number; failures: number }
type DealJob = FollowedDeal & { open: Set<number>; settled: number }

const FIRST_PAUSE_SEC = 2
const LONGEST_PAUSE_SEC = 600
const A_DAY = seconds(86_400)

/**
 * Serves contracts that buy computations, until the signal aborts: matches the requests that they place, brings
 * their results and failures back, repeats what failed, and closes their deals that are over. All it knows is on
 * chain, and each step looks there before it acts; so it may be killed anywhere, and run beside others.
 */
export async function runCourier(client: Client, options: CourierOptions): Promise<void> {
  const { journal, pollMs = 500, log, signal } = options
  const work: Work = { requests: new Map(), deals: new Map(), next: journal.load() }
  let saved = work.next
  const look = async (): Promise<void> => {
    await take(client, work, signal)
    await doEach(client, work.requests, options, ({ what }) => match(client, what, options))
    await doEach(client, work.deals, options, (job) => bring(client, job, options))
    const blocks = [...work.requests.values(), ...work.deals.values()].map(({ block }) => block)
    const oldest = Math.min(work.next, ...blocks)
    if (oldest !== saved) journal.save(oldest)
    saved = oldest
  }
  const onError = (error: unknown): void =>
    log.warn('courier waits', { error: String(error), retryable: isRetryable(error) })
  await every({ clock: client.clock, signal, periodMs: pollMs, onError }, look)
}

type Work = {
  requests: Map<string, Job<PlacedRequest>>
  deals: Map<string, Job<DealJob>>
  /** First block that was not looked at. */
  next: number
}

/** Takes up what is new on chain. */
async function take(client: Client, work: Work, signal: AbortSignal): Promise<void> {
  const found = await scanDapps(client, work.next, signal)
  const start = { seenAt: nowSec(client.clock), tryAt: 0, failures: 0 }
  for (const { block, ...what } of found.requests)
    work.requests.set(what.requestHash, { what, block, ...start })
  for (const deal of found.deals) {
    const what = { ...deal, open: indexesOf(deal), settled: -1 }
    if (!work.deals.has(deal.dealId))
      work.deals.set(deal.dealId, { what, block: deal.block, ...start })
  }
  work.next = found.next
}

async function doEach<T>(
  client: Client,
  jobs: Map<string, Job<T>>,
  options: CourierOptions,
  act: (job: Job<T>) => Promise<boolean>,
): Promise<void> {
  for (const [key, job] of jobs)
    if (await attempt(client, job, options, () => act(job))) jobs.delete(key)
}

const indexesOf = ({ terms }: FollowedDeal): Set<number> =>
  new Set(Array.from({ length: terms.volume }, (_, index) => index))

/** Acts when it is time to; true when nothing is left to do. What fails waits twice as long each time. */
async function attempt<T>(
  { clock }: Client,
  job: Job<T>,
  { patienceSec = A_DAY, log, signal }: CourierOptions,
  act: () => Promise<boolean>,
): Promise<boolean> {
  if (nowSec(clock) < job.tryAt) return false
  try {
    const isDone = await act()
    if (isDone) return true
  } catch (error) {
    signal.throwIfAborted()
    if (nowSec(clock) - job.seenAt > patienceSec) {
      log.error('courier gives up', { error: String(error) })
      return true
    }
    const pauseSec = Math.min(FIRST_PAUSE_SEC * 2 ** job.failures++, LONGEST_PAUSE_SEC)
    job.tryAt = nowSec(clock) + pauseSec
    log.warn('courier tries again', { error: String(error), pauseSec })
  }
  return false
}

async function match(
  client: Client,
  request: PlacedRequest,
  { log, signal }: CourierOptions,
): Promise<boolean> {
  if (nowSec(client.clock) > request.order.expiresAt) return true
  const deal = await carryRequest(client, request, { signal })
  if (deal === undefined) return true
  log.info('request matched', { request: request.requestHash, deal: deal.dealId })
  return false
}

/** True when every task of the deal was called back. Throws when a callback fails, so that it is repeated. */
async function bring(
  client: Client,
  job: Job<DealJob>,
  { log, signal }: CourierOptions,
): Promise<boolean> {
  const deal = job.what
  const { status, settled } = await readDeal(client.chain, deal.dealId, { signal })
  if (status === 'open' && isOver(client, deal)) await expire(client, deal, signal)
  else if (status === 'open' && settled === deal.settled && job.failures === 0) return false
  let failure: unknown
  for (const index of deal.open) {
    const { outcome, simulation, sent } = await deliverTask(client, deal, index, { signal })
    if (outcome === 'delivered' || sent?.isCalled === true) deal.open.delete(index)
    if (sent !== undefined) log.info('task called back', { deal: deal.dealId, index, ...sent })
    else if (simulation !== undefined) failure = new RangeError(`callback: ${simulation.reason}`)
  }
  if (failure !== undefined) throw failure
  deal.settled = settled
  job.failures = 0
  return deal.open.size === 0
}

const isOver = ({ clock }: Client, { terms }: FollowedDeal): boolean =>
  nowSec(clock) > terms.expiresAt + terms.settleWindowSec

async function expire(client: Client, { terms }: FollowedDeal, signal: AbortSignal): Promise<void> {
  const wallet = walletOf(client)
  await waitForSuccess(wallet, await expireDeal(wallet, { terms }, { signal }), { signal })
}
