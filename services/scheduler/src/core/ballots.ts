import type { Address, Hex32, TaskId } from '@millrace/base'
import { headOf, type TaskCommitment } from '@millrace/protocol'
import { type Batch, isAlive, type PoolState, type Task, taskOf } from './state.ts'

/** A worker's part of a sealed batch, in ascending slots. */
export type Ballot = { slots: number[]; tasks: TaskId[]; head: Hex32 }

/** Every live replica of a sealed task votes, dissenters like the others. */
export function ballotsOf(state: PoolState, batch: Batch): Map<Address, Ballot> {
  const found = cache.get(batch)
  if (found !== undefined) return found
  const drafts = new Map<
    Address,
    { slots: number[]; tasks: TaskId[]; commitments: TaskCommitment[] }
  >()
  for (const [slot, task] of tasksOf(state, batch).entries()) {
    for (const { worker, commitment } of task.replicas.filter(isAlive)) {
      if (commitment === undefined) continue
      const draft = drafts.get(worker) ?? { slots: [], tasks: [], commitments: [] }
      drafts.set(worker, draft)
      draft.slots.push(slot)
      draft.tasks.push(task.taskId)
      draft.commitments.push({ taskId: task.taskId, commitment })
    }
  }
  const ballots = new Map<Address, Ballot>()
  for (const [worker, { slots, tasks, commitments }] of drafts)
    ballots.set(worker, { slots, tasks, head: headOf(commitments) })
  if (batch.stage !== 'open') cache.set(batch, ballots)
  return ballots
}

/** The replicas of sealed tasks do not change, so neither do the ballots. */
const cache = new WeakMap<Batch, Map<Address, Ballot>>()

export function tasksOf(state: PoolState, batch: Batch): Task[] {
  return [...batch.tasks].map((taskId) => taskOf(state, taskId))
}

/** Workers with the winning result of a task, in the order they were assigned. */
export function winnersOf(task: Task): Address[] {
  return task.replicas
    .filter((replica) => isAlive(replica) && replica.tag === task.winner)
    .map(({ worker }) => worker)
}

/** Workers whose fault a batch may show: outvoted, or silent beyond the pool's patience. */
export function doubtedIn(state: PoolState, batch: Batch): Set<Address> {
  const doubted = dissentersOf(state, batch)
  if (batch.isOverdue)
    for (const worker of ballotsOf(state, batch).keys())
      if (!batch.reveals.has(worker)) doubted.add(worker)
  return doubted
}

/** Workers outvoted in a batch: the chain will find their fault when it settles. */
export function dissentersOf(state: PoolState, batch: Batch): Set<Address> {
  const dissenters = new Set<Address>()
  if (batch.isTrusted) return dissenters
  for (const task of tasksOf(state, batch))
    for (const replica of task.replicas)
      if (isAlive(replica) && replica.tag !== task.winner) dissenters.add(replica.worker)
  return dissenters
}
