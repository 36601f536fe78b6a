import { every, isRetryable, type Logger, nowSec, type Seconds, seconds } from '@millrace/base'
import { expireDeal, readDeal, waitForSuccess } from '@millrace/chain'
import { carryRequest, type PlacedRequest } from './carryRequest.ts'
import { type Client, walletOf } from './client.ts'
import { doEach, type Job, newJob, takeAll } from './courierJobs.ts'
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

/** With the tasks to call back, and what the chain said of the deal at the last look. */
type DealJob = FollowedDeal & { open: Set<number>; seen: string }

const A_DAY = seconds(86_400)
// A request may live for minutes only, a callback that fails costs whoever looks at it again.
const LONGEST_PAUSE_SEC = { request: seconds(30), deal: seconds(600) }
// Whoever can afford a deal of millions of tasks that cost nothing must not fill the memory here.
const MAX_TASKS = 10_000

/**
 * Serves contracts that buy computations, until the signal aborts: matches the requests that they place, brings
 * their results and failures back, repeats what failed, and closes their deals that are over. All it knows is on
 * chain, and each step looks there before it acts; so it may be killed anywhere, and run beside others. Deals of
 * more than 10,000 tasks are left to others.
 */
export async function runCourier(client: Client, options: CourierOptions): Promise<void> {
  const { journal, pollMs = 500, patienceSec = A_DAY, log, signal } = options
  const { clock } = client
  const work: Work = { requests: new Map(), deals: new Map(), next: journal.load() }
  const rules = { clock, patienceSec, log, signal }
  const ofRequests = { ...rules, longestPauseSec: LONGEST_PAUSE_SEC.request }
  const ofDeals = { ...rules, longestPauseSec: LONGEST_PAUSE_SEC.deal }
  let saved = work.next
  const look = async (): Promise<void> => {
    await take(client, work, options)
    await doEach(work.requests, ofRequests, ({ what }) => match(client, what, options))
    await doEach(work.deals, ofDeals, (job) => bring(client, job, options))
    const blocks = [...work.requests.values(), ...work.deals.values()].map(({ block }) => block)
    const oldest = Math.min(work.next, ...blocks)
    if (oldest !== saved) journal.save(oldest)
    saved = oldest
  }
  const onError = (error: unknown): void =>
    log.warn('courier waits', { error: String(error), retryable: isRetryable(error) })
  await every({ clock, signal, periodMs: pollMs, onError }, look)
}

type Work = {
  requests: Map<string, Job<PlacedRequest>>
  deals: Map<string, Job<DealJob>>
  /** First block that was not looked at. */
  next: number
}

/** Takes up what is new on chain. */
async function take(client: Client, work: Work, { log, signal }: CourierOptions): Promise<void> {
  const found = await scanDapps(client, work.next, signal)
  for (const { block, ...what } of found.requests)
    work.requests.set(what.requestHash, newJob(what, block))
  for (const deal of found.deals) {
    if (work.deals.has(deal.dealId)) continue
    const { volume } = deal.terms
    if (volume > MAX_TASKS)
      log.warn('deal too large for the courier', { deal: deal.dealId, volume })
    else follow(work, deal, { open: indexesOf(deal), block: deal.block })
  }
  for (const { deal, index, block } of found.judged) {
    const open = work.deals.get(deal.dealId)?.what.open ?? []
    follow(work, deal, { open: new Set([...open, index]), block })
  }
  work.next = found.next
}

/** Looks at a deal anew, with these tasks to call back; all of it follows from the chain since a block. */
function follow(
  { deals }: Work,
  deal: FollowedDeal,
  { open, block }: { open: Set<number>; block: number },
): void {
  const since = Math.min(block, deals.get(deal.dealId)?.block ?? block)
  deals.set(deal.dealId, newJob({ ...deal, open, seen: '' }, since))
}

const indexesOf = ({ terms }: FollowedDeal): Set<number> =>
  new Set(Array.from({ length: terms.volume }, (_, index) => index))

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

/** True when every task of the deal was called back. Throws when one could not be, so that it is repeated. */
async function bring(client: Client, job: Job<DealJob>, options: CourierOptions): Promise<boolean> {
  const deal = job.what
  const { signal } = options
  const { status, settled } = await readDeal(client.chain, deal.dealId, { signal })
  const mustEnd = status === 'open' && isOver(client, deal)
  const seen = `${status} ${settled}`
  if (!mustEnd && seen === deal.seen && job.failures === 0) return false
  // A task whose bytes are lost, or a deal that cannot end yet, must not keep the others.
  const end = mustEnd ? [() => expire(client, deal, signal)] : []
  const tasks = [...deal.open].map((index) => () => bringTask(client, deal, index, options))
  await takeAll([...end, ...tasks], signal)
  // What is at issue is looked at again when its appeal is over.
  deal.seen = mustEnd ? '' : seen
  return deal.open.size === 0
}

async function bringTask(
  client: Client,
  deal: DealJob,
  index: number,
  { log, signal }: CourierOptions,
): Promise<void> {
  const { outcome, simulation, sent } = await deliverTask(client, deal, index, { signal })
  if (outcome === 'delivered' || sent?.isCalled === true) deal.open.delete(index)
  if (sent !== undefined) log.info('task called back', { deal: deal.dealId, index, ...sent })
  else if (simulation !== undefined) throw new RangeError(`callback: ${simulation.reason}`)
}

const isOver = ({ clock }: Client, { terms }: FollowedDeal): boolean =>
  nowSec(clock) > terms.expiresAt + terms.settleWindowSec

async function expire(client: Client, { terms }: FollowedDeal, signal: AbortSignal): Promise<void> {
  const wallet = walletOf(client)
  await waitForSuccess(wallet, await expireDeal(wallet, { terms }, { signal }), { signal })
}
