import { type TaskId, type UnixSeconds, unixSeconds } from '@millrace/base'
import { taskDue, trustOfOdds, WAD, workerOdds } from '@millrace/protocol'
import type { Explanation } from '@millrace/wire'
import { silentOf } from './absence.ts'
import { ballotsOf } from './ballots.ts'
import { BOND_REMEDY, bondLimit, coveredTasks } from './bond.ts'
import { eligibleOdds, meansMissing, percent } from './means.ts'
import { tally, targetOf, votesMissing } from './odds.ts'
import { type Outcome, outcomesOf } from './outcomes.ts'
import type { PoolPolicy } from './policy.ts'
import { etaOf, phaseOf } from './progress.ts'
import { owedReceipts } from './receipts.ts'
import { slotMs } from './slots.ts'
import {
  type Batch,
  type Deal,
  dealOf,
  isAlive,
  isSettled,
  isSpoiled,
  isTrustedDeal,
  type PoolState,
  type Task,
} from './state.ts'

export type ExplainOptions = { policy: PoolPolicy; nowMs: number }

type Reasons = { because: string[]; remedies: string[] }

/** Why a task is where it is, and what would bring it on. */
export function explainTask(state: PoolState, task: Task, options: ExplainOptions): Explanation {
  const deal = dealOf(state, task)
  const { because, remedies } = reasonsOf(state, { task, deal }, options)
  return {
    subject: task.taskId,
    state: phaseOf(state, task),
    because: [...because, ...timeReasons(deal, task.index, options)],
    remedies,
    history: historyOf(state, task),
  }
}

/** The same for a task that has not been started or is settled. */
export function explainIndex(
  state: PoolState,
  { deal, index, taskId }: { deal: Deal; index: number; taskId: TaskId },
  options: ExplainOptions,
): Explanation {
  const past = state.live.past.get(taskId)
  if (isSettled(deal, index)) {
    const because = [past ? `it settled in batch ${past.nonce}` : 'it is settled on chain']
    const history = past
      ? [{ at: atSec(past.atMs), event: 'settled', detail: `batch ${past.nonce}` }]
      : []
    return { subject: taskId, state: 'settled', because, remedies: [], history }
  }
  if (isSpoiled(deal, index)) return { subject: taskId, state: 'spoiled', ...SPOILED, history: [] }
  const ended = deal.status !== 'open'
  const reasons = ended ? closedReasons(deal) : waitingReasons(state, { deal, index }, options)
  return { subject: taskId, state: ended ? deal.status : 'waiting', ...reasons, history: [] }
}

const SPOILED: Reasons = {
  because: [
    'its votes became public without enough odds: nobody can vote on it independently any more',
  ],
  remedies: [
    'its price and the stake of the pool for it come back when the deal ends; order it again',
  ],
}

function closedReasons({ status, settled, terms }: Deal): Reasons {
  const because = [`its deal is ${status}: ${settled} of ${terms.volume} tasks settled in time`]
  return { because, remedies: ['expire the deal to get the rest back, and order again'] }
}

function waitingReasons(
  state: PoolState,
  { deal, index }: { deal: Deal; index: number },
  options: ExplainOptions,
): Reasons {
  const startMs = slotMs(deal, index)
  if (startMs > options.nowMs) {
    const waitSec = Math.ceil((startMs - options.nowMs) / 1000)
    return { because: [`its slot begins at ${atSec(startMs)}, in ${waitSec} s`], remedies: [] }
  }
  const missing = meansMissing(state, deal, options)
  if (missing !== undefined)
    return { because: [missing], remedies: meansRemedies(state, deal, options) }
  const eligible = eligibleOdds(state, deal, options.nowMs)
  const etaSec = etaOf(state, deal, options.nowMs)
  const because = [
    `${Math.max(0, index - deal.next)} tasks of its deal are before it`,
    `${eligible.length} connected workers can run it; they are busy`,
  ]
  if (etaSec !== undefined) because.push(`at the present pace the deal is done in ${etaSec} s`)
  because.push(...timeReasons(deal, index, options))
  return { because, remedies: ['more workers, or workers with more slots'] }
}

/** What would bring a deal within the pool's means. */
export function meansRemedies(
  state: PoolState,
  deal: Deal,
  { policy, nowMs }: ExplainOptions,
): string[] {
  const { memoryMiB, diskMiB, minOdds, saboteurBps } = deal.terms
  const eligible = eligibleOdds(state, deal, nowMs)
  if (eligible.length === 0)
    return [`a worker with ${memoryMiB} MiB of memory and ${diskMiB} MiB of disk for tasks`]
  const fresh = workerOdds(0, saboteurBps)
  const pending = eligible.slice(0, policy.maxReplicas).map(({ odds }) => odds)
  const options = { minOdds, minVotes: policy.minReplicas, odds: fresh, max: 64 }
  const more = votesMissing({ groups: [], pending, isUnknown: false }, options)
  const workers =
    more === undefined
      ? 'workers with a longer record'
      : `${more} more bonded workers (a newcomer has odds ${oddsText(fresh)})`
  const able = eligible.map(({ worker }) => worker)
  const isHeld = bondLimit(state, { workers: able, terms: deal.terms }) !== undefined
  const remedies = [workers, `asking for less trust than ${percent(minOdds)}`]
  return isHeld ? [...remedies, BOND_REMEDY] : remedies
}

function reasonsOf(
  state: PoolState,
  { task, deal }: { task: Task; deal: Deal },
  options: ExplainOptions,
): Reasons {
  if (task.stage === 'stuck')
    return {
      because: [`the pool has given it up: ${task.cause}`],
      remedies: ['look at the causes in its history; after the deadline its price is refunded'],
    }
  if (task.stage === 'sealed') return batchReasons(state, task)
  if (task.stage === 'agreed' && coveredTasks(state, [task]).length === 0)
    return {
      because: [
        'its result is known; the bonds of its workers cover it when batches under way settle',
      ],
      remedies: [BOND_REMEDY],
    }
  if (task.stage === 'agreed' || task.stage === 'checked')
    return {
      because: ['its result is known; it waits for others to settle with it'],
      remedies: [],
    }
  return openReasons(state, { task, deal }, options)
}

/** Whether a promised time can still be kept. */
function timeReasons({ terms }: Deal, index: number, { nowMs }: ExplainOptions): string[] {
  const due = taskDue(terms, index)
  if (due === undefined) return []
  return due * 1000 < nowMs
    ? [`it is late: a commit until ${due} was promised; too many late tasks cost the pool its part`]
    : [`it was promised to be committed until ${due}`]
}

function batchReasons(state: PoolState, task: Task): Reasons {
  const batch = state.batches.get(task.nonce)
  if (batch === undefined) return { because: [], remedies: [] }
  const failure = state.live.txFailures.get(batch.nonce)
  const because = [stageText(state, batch, task)]
  if (failure !== undefined) because.push(`${failure.count} tries failed, last: ${failure.cause}`)
  return { because, remedies: failure ? ['see the cause; the pool goes on trying'] : [] }
}

function stageText(state: PoolState, batch: Batch, task: Task): string {
  const { nonce, stage, signatures } = batch
  const count = batch.isTrusted ? 0 : ballotsOf(state, batch).size
  switch (stage) {
    case 'sealing':
      return `batch ${nonce} has ${signatures.size} of ${count} signatures`
    case 'committing':
      return `the commitment of batch ${nonce} is on its way to the chain`
    case 'revealing':
      return revealText(state, batch, task)
    case 'settling':
      return `the settlement of batch ${nonce} is on its way to the chain`
    case 'open':
      return `batch ${nonce} is open`
    default:
      return stage satisfies never
  }
}

function revealText(state: PoolState, batch: Batch, task: Task): string {
  const { nonce, reveals, isOverdue, absent } = batch
  const shown = `batch ${nonce} has ${reveals.size} of ${ballotsOf(state, batch).size} reveals`
  const bytes = task.cid ? '' : `; ${task.publisher} is to publish the bytes`
  if (!isOverdue) return `${shown}${bytes}`
  const outcome = outcomesOf(state, batch).get(task.taskId)
  const fate = outcome === undefined ? '' : FATES[outcome]
  if (absent.size > 0) return `${shown}; ${[...absent].join(', ')} are absent${fate}${bytes}`
  const endsAt = state.live.revealEnds.get(nonce)
  const until = endsAt === undefined ? 'until the reveal window ends' : `until ${endsAt}`
  return `${shown}; it waits ${until} for ${silentOf(state, batch).join(', ')}, then settles without them${fate}`
}

/** What becomes of a task when the silent are declared absent. */
const FATES: Record<Outcome, string> = {
  carried: '; the other votes carry this task',
  doomed: '; the other votes do not carry this task: it will be refunded',
  unvoted: '; nobody has shown a vote on this task: it will be done again',
  unknown: '',
}

function openReasons(
  state: PoolState,
  { task, deal }: { task: Task; deal: Deal },
  options: ExplainOptions,
): Reasons {
  const alive = task.replicas.filter(isAlive)
  const because: string[] = []
  const running = alive.filter((replica) => replica.state === 'assigned')
  if (running.length > 0)
    because.push(`${running.length} workers run it or have it next: ${workersText(running)}`)
  const silent = alive.filter((replica) => ['finished', 'committed'].includes(replica.state))
  if (running.length === 0 && silent.length > 0)
    because.push(`waiting for an answer of ${workersText(silent)}`)
  for (const { worker, endsMs } of owedReceipts(task, options.nowMs))
    because.push(
      `${worker} holds a receipt for it until ${atSec(endsMs)}: till then it is not settled without it`,
    )
  if (alive.some((replica) => replica.state === 'reported'))
    because.push('the pool is fetching and checking the bytes')
  const short = state.live.wanting.has(task.taskId)
    ? shortage(state, { task, deal }, options)
    : undefined
  if (short === undefined) return { because, remedies: [] }
  return { because: [...short.because, ...because], remedies: short.remedies }
}

function shortage(
  state: PoolState,
  { task, deal }: { task: Task; deal: Deal },
  options: ExplainOptions,
): Reasons {
  const has = new Set(task.replicas.filter(isAlive).map(({ worker }) => worker))
  const others = eligibleOdds(state, deal, options.nowMs).filter(({ worker }) => !has.has(worker))
  if (isTrustedDeal(deal))
    return {
      because: [`it needs a worker; ${others.length} connected workers can run it`],
      remedies: others.length === 0 ? meansRemedies(state, deal, options) : [],
    }
  const { minOdds, saboteurBps } = deal.terms
  const votes = tally(state, task, deal)
  const odds = others.at(-1)?.odds ?? workerOdds(0, saboteurBps)
  const more = votesMissing(votes, {
    ...targetOf(deal, options.policy),
    odds,
    max: 64,
  })
  const groups = votes.groups.map(
    (group) => `${group.workers.length} (odds ${oddsText(group.odds)})`,
  )
  const need =
    more === undefined
      ? 'more workers of better record'
      : `${more} more agreeing workers of odds ${oddsText(odds)}`
  const because = [
    `trust ${percent(minOdds)} needs ${need}; ${others.length} are connected that do not have it yet`,
  ]
  if (groups.length > 1) because.push(`its results differ: groups of ${groups.join(', ')}`)
  const limit = bondLimit(state, {
    workers: [...task.replicas.filter(isAlive), ...others].map(({ worker }) => worker),
    terms: deal.terms,
  })
  if (limit !== undefined) because.push(limit)
  const isEnough = more !== undefined && others.length >= more
  return { because, remedies: isEnough ? [] : [`${need}, bonded and connected`] }
}

/** `4`, `9.8`: odds as people say them. */
function oddsText(odds: bigint): string {
  const text = Number((odds * 100n) / WAD) / 100
  return `${text < 100 ? text : Math.floor(text)} (trust ${(trustOfOdds(odds) * 100).toFixed(1)} %)`
}

function workersText(replicas: { worker: string }[]): string {
  return replicas.map(({ worker }) => worker).join(', ')
}

function historyOf(state: PoolState, task: Task): Explanation['history'] {
  const history: Explanation['history'] = []
  for (const replica of task.replicas) {
    const { worker, assignedMs, changedMs, state: now, cause } = replica
    history.push({ at: atSec(assignedMs), event: 'assigned', detail: worker })
    if (now !== 'assigned')
      history.push({
        at: atSec(changedMs),
        event: now,
        detail: cause ? `${worker}: ${cause}` : worker,
      })
  }
  for (const { worker, cause } of task.refused)
    history.push({
      at: atSec(task.startedMs),
      event: 'not published',
      detail: `${worker}: ${cause}`,
    })
  const batch = state.batches.get(task.nonce)
  if (task.stage === 'sealed' && batch !== undefined)
    history.push({ at: atSec(batch.sinceMs), event: batch.stage, detail: `batch ${batch.nonce}` })
  return history.sort((a, b) => a.at - b.at)
}

function atSec(ms: number): UnixSeconds {
  return unixSeconds(Math.floor(ms / 1000))
}
