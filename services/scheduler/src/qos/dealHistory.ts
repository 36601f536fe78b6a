import type { Address, DealId } from '@millrace/base'
import { type DealTerms, hashDeal } from '@millrace/protocol'
import type { Fact } from '../core/facts.ts'
import { type Completion, timeAt } from './completion.ts'
import { predict } from './predict.ts'

/** When a deal is expected to be done, by how earlier ones went. */
export type Foretold = {
  leftSec: number
  /** Share of those deals for which it would have been right, give or take a fifth. */
  success: number
  /** Deals that it rests on. */
  runs: number
}

/** How deals of this pool went since its process began; nothing of it is kept beyond that. */
export type DealHistory = {
  note(facts: readonly Fact[]): void
  /** Undefined before the first task has settled, with too few deals to go by, and once it is overdue. */
  foretell(dealId: DealId, nowMs: number): Foretold | undefined
}

type OpenDeal = { app: Address; openedMs: number; size: number; doneSec: number[] }
type EndedDeal = { app: Address; course: Completion }

const MAX_ENDED = 50
/** With fewer the share of successes says nothing. */
const MIN_RUNS = 3

/** An empty history. */
export function createDealHistory(): DealHistory {
  const open = new Map<DealId, OpenDeal>()
  const ended: EndedDeal[] = []
  const onOpened = (terms: DealTerms, openedMs: number): void => {
    open.set(hashDeal(terms), { app: terms.app, openedMs, size: terms.volume, doneSec: [] })
  }
  const onClosed = (dealId: DealId, isDone: boolean): void => {
    const deal = open.get(dealId)
    open.delete(dealId)
    if (deal === undefined || !isDone || deal.doneSec.length < deal.size) return
    ended.push({ app: deal.app, course: thin(deal) })
    if (ended.length > MAX_ENDED) ended.shift()
  }
  return {
    note: (facts) => {
      for (const fact of facts) {
        if (fact.kind === 'dealOpened') onOpened(fact.terms, fact.atMs)
        else if (fact.kind === 'dealClosed') onClosed(fact.dealId, fact.status === 'done')
        else if (fact.kind === 'settled') addSettled(open.get(fact.dealId), fact)
      }
    },
    foretell: (dealId, nowMs) => {
      const deal = open.get(dealId)
      const sec = deal?.doneSec.at(-1)
      if (deal === undefined || sec === undefined) return undefined
      const now = { share: deal.doneSec.length / deal.size, sec }
      const { totalSec, success, runs } = predict(alike(ended, deal.app), now)
      const leftSec = totalSec - (nowMs - deal.openedMs) / 1000
      if (success === undefined || runs < MIN_RUNS || leftSec <= 0) return undefined
      return { leftSec, success, runs }
    },
  }
}

function addSettled(
  deal: OpenDeal | undefined,
  { indices, atMs }: Extract<Fact, { kind: 'settled' }>,
): void {
  if (deal === undefined) return
  const sec = (atMs - deal.openedMs) / 1000
  for (const _ of indices) deal.doneSec.push(sec)
}

/** Deals of the same app, if there are enough. */
function alike(ended: readonly EndedDeal[], app: Address): Completion[] {
  const same = ended.filter((deal) => deal.app === app)
  return (same.length < MIN_RUNS ? ended : same).map(({ course }) => course)
}

const POINTS = 100

/** A large deal is remembered by a hundred points of its course. */
function thin({ size, doneSec }: Completion): Completion {
  if (size <= POINTS) return { size, doneSec }
  const shares = Array.from({ length: POINTS }, (_, i) => (i + 1) / POINTS)
  return {
    size: POINTS,
    doneSec: shares.map((share) => timeAt({ size, doneSec }, share) as number),
  }
}
