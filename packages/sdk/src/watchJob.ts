import {
  type DealId,
  every,
  nowSec,
  type OrderHash,
  type TxHash,
  type UnixSeconds,
  unixSeconds,
} from '@millrace/base'
import { readDeal } from '@millrace/chain'
import { type Progress, zMarketEvent } from '@millrace/wire'
import type { Client } from './client.ts'
import { findDeals } from './findDeals.ts'
import { poolUrlOf } from './poolUrl.ts'
import { getOrder, getProgress } from './queries.ts'
import {
  type FollowedDeal,
  readSettled,
  type SettledBatch,
  type SettledTask,
} from './settlements.ts'
import { followEvents, type ServerEvent } from './sse.ts'

/** What is followed: a request order and the deals known to have come of it. */
export type WatchedJob = {
  request: OrderHash
  /** Tasks asked for. */
  volume: number
  deals: readonly FollowedDeal[]
}

/** Where a job stands; counts add up over its deals. */
export type JobProgress = {
  volume: number
  /** Tasks that a deal was opened for. */
  dealt: number
  settled: number
  /** As far as the pools tell; all 0 while none answers. */
  running: number
  agreed: number
  workers: number
  /** By the pools' own history; absent while unknown. */
  etaSec: number | undefined
  /** Once time has run out: when what has not settled until then is given back. */
  refundAt: UnixSeconds | undefined
}

export type JobOutcome = {
  /** `done`: every task settled. `expired`: time ran out for the rest. `stopped`: the order was cancelled. */
  state: 'done' | 'expired' | 'stopped'
  settled: number
  deals: FollowedDeal[]
  batches: SettledBatch[]
}

export type WatchOptions = {
  signal?: AbortSignal
  /** Called about three times a second while given. */
  onProgress?: (progress: JobProgress) => void
  /** Each settled task once, in the order of the chain. */
  onSettled?: (tasks: SettledTask[]) => void
  onDeal?: (deal: FollowedDeal) => void
}

const PROGRESS_MS = 300
/** A net under the event stream. */
const LOOK_MS = 2000

type Followed = {
  deal: FollowedDeal
  /** The last block that held a batch of it is read again: a node may refuse one that is not there yet. */
  fromBlock: number
  known: Set<TxHash>
  seen: Set<number>
  closed: boolean
}

/**
 * Follows a job to its end. The market's event stream only says when to look; what settled is read
 * from the chain. Survives restarts of every service; ends early only with the signal's reason.
 */
export async function watchJob(
  client: Client,
  job: WatchedJob,
  { signal, onProgress, onSettled, onDeal }: WatchOptions = {},
): Promise<JobOutcome> {
  const over = new AbortController()
  const until = signal === undefined ? over.signal : AbortSignal.any([signal, over.signal])
  const followed = new Map<DealId, Followed>()
  const batches: SettledBatch[] = []
  const bell = createBell()
  const add = (deal: FollowedDeal, isNew: boolean): void => {
    if (followed.has(deal.dealId)) return
    const { block: fromBlock } = deal
    followed.set(deal.dealId, { deal, fromBlock, known: new Set(), seen: new Set(), closed: false })
    if (isNew) onDeal?.(deal)
  }
  for (const deal of job.deals) add(deal, false)

  const lookForDeals = async (): Promise<void> => {
    for (const deal of await findDeals(client, job.request, { signal: until })) add(deal, true)
  }
  const readOn = async (entry: Followed): Promise<boolean> => {
    const { tasks, batches: more } = await readSettled(client, entry.deal, {
      fromBlock: entry.fromBlock,
      known: entry.known,
      signal: until,
    })
    const fresh = tasks.filter(({ index }) => !entry.seen.has(index))
    for (const { index } of fresh) entry.seen.add(index)
    batches.push(...more)
    for (const { txHash, block } of more) {
      entry.known.add(txHash)
      entry.fromBlock = Math.max(entry.fromBlock, block)
    }
    if (fresh.length > 0) onSettled?.(fresh)
    return more.length > 0
  }
  const look = async (entry: Followed): Promise<void> => {
    const hasNews = await readOn(entry)
    if (!isFull(entry)) {
      if (!(await isClosed(client, entry.deal, hasNews))) return
      // Its last batches may have come between the two looks at the chain.
      await readOn(entry)
    }
    entry.closed = true
  }

  let missedDeals = false
  const onEvent = (event: ServerEvent): void => {
    const found = relevance(event, job.request, followed)
    if (found === 'deal') missedDeals = true
    if (found !== undefined) bell.ring()
  }
  const background = [
    followEvents(client, `${client.apiUrl}/events`, { signal: until, onOpen: bell.ring, onEvent }),
  ]
  if (onProgress !== undefined) {
    const report = async (): Promise<void> => onProgress(await progressOf(client, job, followed))
    background.push(
      every(
        { clock: client.clock, signal: until, periodMs: PROGRESS_MS, onError: () => {} },
        report,
      ),
    )
  }
  try {
    for (;;) {
      until.throwIfAborted()
      const heard = bell.mark()
      const dealt = dealtOf(followed)
      if (dealt < job.volume && (missedDeals || dealt === 0)) {
        missedDeals = false
        await lookForDeals().catch(ignoreOutage)
      }
      const open = [...followed.values()].filter(({ closed }) => !closed)
      await Promise.all(open.map(look)).catch(ignoreOutage)
      const state = await stateOf(client, job, followed).catch(ignoreOutage)
      if (state !== undefined) {
        const deals = [...followed.values()].map(({ deal }) => deal)
        return { state, settled: settledOf(followed), deals, batches }
      }
      await bell.wait(heard, { client, ms: LOOK_MS, signal: until })
    }
  } finally {
    over.abort()
    await Promise.all(background)
  }
}

function isFull({ deal, seen }: Followed): boolean {
  return seen.size >= deal.terms.volume
}

/**
 * True when nothing more can settle: closed on chain, or past its last moment. Before its deadline a
 * deal ends only with a batch, of its last task or of all but spoiled ones.
 */
async function isClosed(
  client: Client,
  { dealId, terms }: FollowedDeal,
  hasNews: boolean,
): Promise<boolean> {
  const now = nowSec(client.clock)
  if (now <= terms.expiresAt && !hasNews) return false
  const { status } = await readDeal(client.chain, dealId)
  return status === 'closed' || now > terms.expiresAt + terms.settleWindowSec
}

async function stateOf(
  client: Client,
  job: WatchedJob,
  followed: ReadonlyMap<DealId, Followed>,
): Promise<JobOutcome['state'] | undefined> {
  const entries = [...followed.values()]
  if (entries.some(({ closed }) => !closed)) return undefined
  const isAllSettled = entries.every(isFull)
  if (dealtOf(followed) >= job.volume) return isAllSettled ? 'done' : 'expired'
  const { state } = await getOrder(client, job.request)
  if (state === 'cancelled') return isAllSettled ? 'stopped' : 'expired'
  return state === 'expired' ? 'expired' : undefined
}

const dealtOf = (followed: ReadonlyMap<DealId, Followed>): number =>
  [...followed.values()].reduce((sum, { deal }) => sum + deal.terms.volume, 0)
const settledOf = (followed: ReadonlyMap<DealId, Followed>): number =>
  [...followed.values()].reduce((sum, { seen }) => sum + seen.size, 0)

async function progressOf(
  client: Client,
  job: WatchedJob,
  followed: ReadonlyMap<DealId, Followed>,
): Promise<JobProgress> {
  const open = [...followed.values()].filter((entry) => !isFull(entry))
  const told = await Promise.all(
    open.map(async ({ deal }): Promise<Progress | undefined> => {
      try {
        return await getProgress(client, await poolUrlOf(client, deal.terms.pool), deal.dealId)
      } catch {
        return undefined
      }
    }),
  )
  const answers = told.filter((answer) => answer !== undefined)
  const sum = (pick: (answer: Progress) => number): number =>
    answers.reduce((total, answer) => total + pick(answer), 0)
  const etas = answers.flatMap(({ etaSec }) => etaSec ?? [])
  return {
    volume: job.volume,
    dealt: dealtOf(followed),
    settled: settledOf(followed),
    running: sum(({ running }) => running),
    agreed: sum(({ agreed, committed }) => agreed + committed),
    workers: new Set(answers.flatMap(({ workers }) => workers.map(({ worker }) => worker))).size,
    etaSec: etas.length === 0 ? undefined : Math.max(...etas),
    refundAt: refundTime(client, open),
  }
}

/** The last moment at which anything of these deals may settle, when all are past their deadline. */
function refundTime({ clock }: Client, open: readonly Followed[]): UnixSeconds | undefined {
  const now = nowSec(clock)
  if (open.length === 0 || open.some(({ deal }) => now <= deal.terms.expiresAt)) return undefined
  const ends = open.map(({ deal: { terms } }) => terms.expiresAt + terms.settleWindowSec)
  return unixSeconds(Math.max(...ends))
}

/** What an event of the market means for this job. */
function relevance(
  { data }: ServerEvent,
  request: OrderHash,
  followed: ReadonlyMap<DealId, Followed>,
): 'deal' | 'tasks' | undefined {
  let value: unknown
  try {
    value = JSON.parse(data)
  } catch {
    return undefined
  }
  const parsed = zMarketEvent.safeParse(value)
  if (!parsed.success) return undefined
  const event = parsed.data
  if (event.kind === 'deal') return event.requestHash === request ? 'deal' : undefined
  const isOurs = 'dealId' in event && followed.has(event.dealId)
  return isOurs ? 'tasks' : undefined
}

/** Outages pass: the next look repeats what this one missed. */
function ignoreOutage(error: unknown): undefined {
  const { retryable } = error as { retryable?: boolean }
  if (retryable !== true) throw error
  return undefined
}

/** Wakes one waiter; a ring before the wait is not lost. */
function createBell() {
  let rings = 0
  let wake: (() => void) | undefined
  return {
    mark: () => rings,
    ring: () => {
      rings += 1
      wake?.()
    },
    wait: async (
      mark: number,
      { client, ms, signal }: { client: Client; ms: number; signal: AbortSignal },
    ): Promise<void> => {
      if (mark !== rings) return
      const woken = new AbortController()
      wake = () => woken.abort()
      await client.clock.sleep(ms, AbortSignal.any([signal, woken.signal])).catch(() => {})
      wake = undefined
      signal.throwIfAborted()
    },
  }
}
