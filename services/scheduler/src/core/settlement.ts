import type { Address, ResultDigest } from '@millrace/base'
import type { AbsentWorker, BatchPart, BatchTask, BatchVote, BatchWorker } from '@millrace/protocol'
import type { Locations } from '@millrace/wire'
import { ballotsOf, tasksOf } from './ballots.ts'
import { shownVotes } from './outcomes.ts'
import { type Batch, dealOf, type PoolState, type Task } from './state.ts'

/**
 * What settleBatch takes, rebuilt from what the workers revealed. Tasks that nobody has shown a vote on
 * are left out: the contract would refuse them, and they can be done again.
 */
export function settlementOf(
  state: PoolState,
  batch: Batch,
): {
  nonce: number
  committedAt: number
  parts: BatchPart[]
  workers: BatchWorker[]
  absent: AbsentWorker[]
  locations: Locations
} {
  const { nonce, committedAt } = batch
  if (committedAt === undefined) throw new RangeError(`batch ${nonce} is not on chain`)
  const shown = shownVotes(state, batch)
  const tasks = tasksOf(state, batch).filter(({ taskId }) => shown.has(taskId))
  const slots = new Map(tasks.map(({ taskId }, slot) => [taskId, slot]))
  const digests = tasks.map(({ taskId }) => digestsOf(shown.get(taskId) ?? []))
  const workers: BatchWorker[] = []
  const absent: AbsentWorker[] = []
  for (const [worker, ballot] of ballotsOf(state, batch)) {
    const [reveal, seal] = [batch.reveals.get(worker), batch.signatures.get(worker)]
    if (seal === undefined) throw new RangeError(`batch ${nonce} lacks the seal of ${worker}`)
    if (reveal === undefined) {
      absent.push({ worker, head: ballot.head, ...seal })
      continue
    }
    const votes = ballot.tasks.map((taskId, i): BatchVote => {
      const slot = slots.get(taskId) as number
      return { slot, variant: (digests[slot] ?? []).indexOf(reveal.digests[i] as ResultDigest) }
    })
    workers.push({ worker, seed: reveal.seed, ...seal, votes })
  }
  const parts = partsOf(state, tasks, digests)
  return { nonce, committedAt, parts, workers, absent, locations: locationsOf(tasks) }
}

/** What settleTrusted takes: one digest a task, one payee each. */
export function trustedSettlementOf(
  state: PoolState,
  batch: Batch,
): {
  nonce: number
  parts: BatchPart[]
  payees: { worker: Address; slots: number[] }[]
  locations: Locations
} {
  const tasks = tasksOf(state, batch)
  const slots = new Map<Address, number[]>()
  const digests = tasks.map((task, slot) => {
    const { worker, digest } = payeeOf(task)
    slots.set(worker, [...(slots.get(worker) ?? []), slot])
    return [digest]
  })
  const payees = [...slots].map(([worker, own]) => ({ worker, slots: own }))
  const parts = partsOf(state, tasks, digests)
  return { nonce: batch.nonce, parts, payees, locations: locationsOf(tasks) }
}

/** The worker whose bytes were checked. */
export function payeeOf(task: Task): { worker: Address; digest: ResultDigest } {
  const replica = task.replicas.find(({ state, cid }) => state === 'reported' && cid === task.cid)
  if (replica?.digest === undefined)
    throw new RangeError(`task ${task.taskId} has no checked result`)
  return { worker: replica.worker, digest: replica.digest }
}

/** Ascending, as the contract demands: else the pool would choose among digests of equal odds. */
function digestsOf(votes: readonly { digest: ResultDigest }[]): ResultDigest[] {
  return [...new Set(votes.map(({ digest }) => digest))].sort()
}

/** Tasks lie in slot order, those of a deal together. */
function partsOf(state: PoolState, tasks: readonly Task[], digests: ResultDigest[][]): BatchPart[] {
  const parts: BatchPart[] = []
  let last: Task | undefined
  for (const [slot, task] of tasks.entries()) {
    const entry: BatchTask = { index: task.index, digests: digests[slot] as ResultDigest[] }
    const part = parts.at(-1)
    if (part !== undefined && last?.dealId === task.dealId) part.tasks.push(entry)
    else parts.push({ terms: dealOf(state, task).terms, tasks: [entry] })
    last = task
  }
  return parts
}

/** Of tasks whose bytes were checked: those that will be spoiled need none. */
function locationsOf(tasks: readonly Task[]): Locations {
  const results = tasks.flatMap(({ taskId, cid }) => (cid === undefined ? [] : [{ taskId, cid }]))
  return { format: 'millrace/locations/1', results }
}
