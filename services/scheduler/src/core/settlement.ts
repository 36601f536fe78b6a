import type { Address, ResultDigest } from '@millrace/base'
import type { BatchPart, BatchTask, BatchVote, BatchWorker } from '@millrace/protocol'
import type { Locations } from '@millrace/wire'
import { ballotsOf, tasksOf } from './ballots.ts'
import { type Batch, dealOf, type PoolState, type Task } from './state.ts'

/** What settleBatch takes, rebuilt from what the workers revealed. */
export function settlementOf(
  state: PoolState,
  batch: Batch,
): {
  nonce: number
  committedAt: number
  parts: BatchPart[]
  workers: BatchWorker[]
  locations: Locations
} {
  const tasks = tasksOf(state, batch)
  const digests: ResultDigest[][] = tasks.map(() => [])
  const workers: BatchWorker[] = []
  for (const [worker, { slots }] of ballotsOf(state, batch)) {
    const [reveal, seal] = [batch.reveals.get(worker), batch.signatures.get(worker)]
    if (reveal === undefined || seal === undefined)
      throw new RangeError(`batch ${batch.nonce} lacks the part of ${worker}`)
    const votes = slots.map((slot, i) => {
      const known = digests[slot] as ResultDigest[]
      return { slot, variant: variantOf(known, reveal.digests[i] as ResultDigest) }
    })
    workers.push({ worker, seed: reveal.seed, ...seal, votes: votes satisfies BatchVote[] })
  }
  const { nonce, committedAt } = batch
  if (committedAt === undefined) throw new RangeError(`batch ${nonce} is not on chain`)
  return {
    nonce,
    committedAt,
    parts: partsOf(state, tasks, digests),
    workers,
    locations: locationsOf(tasks),
  }
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

function variantOf(known: ResultDigest[], digest: ResultDigest): number {
  const found = known.indexOf(digest)
  return found >= 0 ? found : known.push(digest) - 1
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

function locationsOf(tasks: readonly Task[]): Locations {
  const results = tasks.map(({ taskId, cid }) => {
    if (cid === undefined) throw new RangeError(`the bytes of ${taskId} were not checked`)
    return { taskId, cid }
  })
  return { format: 'millrace/locations/1', results }
}
