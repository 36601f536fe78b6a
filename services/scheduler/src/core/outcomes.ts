import type { Address, ResultDigest, TaskId } from '@millrace/base'
import { groupOdds, isCredible, type Odds, tagOf } from '@millrace/protocol'
import { ballotsOf, tasksOf } from './ballots.ts'
import { valuesOf } from './bond.ts'
import { weightOf } from './odds.ts'
import { type Batch, dealOf, type PoolState, type Task } from './state.ts'

/**
 * What the votes shown so far make of a task when the batch settles without any more. `carried`: the
 * agreed result wins. `doomed`: it will be spoiled. `unvoted`: all its workers are silent; it is left
 * out and done again. `unknown`: a standing has not been read.
 */
export type Outcome = 'carried' | 'doomed' | 'unvoted' | 'unknown'

type Shown = { worker: Address; digest: ResultDigest }

/** Outcomes of a batch's tasks, in slot order. */
export function outcomesOf(state: PoolState, batch: Batch): Map<TaskId, Outcome> {
  const shown = shownVotes(state, batch)
  const tasks = tasksOf(state, batch)
  const values = valuesOf(state, tasks)
  return new Map(
    tasks.map((task) => [
      task.taskId,
      outcomeOf(state, task, { votes: shown.get(task.taskId) ?? [], values }),
    ]),
  )
}

/** Digests that workers have revealed, by task. */
export function shownVotes(state: PoolState, batch: Batch): Map<TaskId, Shown[]> {
  const shown = new Map<TaskId, Shown[]>()
  for (const [worker, { tasks }] of ballotsOf(state, batch)) {
    const reveal = batch.reveals.get(worker)
    if (reveal === undefined) continue
    for (const [i, taskId] of tasks.entries()) {
      const votes = shown.get(taskId) ?? []
      shown.set(taskId, votes)
      votes.push({ worker, digest: reveal.digests[i] as ResultDigest })
    }
  }
  return shown
}

/** True if settling a batch now, with whoever is silent absent, would settle something. */
export function isWorthSettling(state: PoolState, batch: Batch): boolean {
  const outcomes = [...outcomesOf(state, batch).values()]
  return outcomes.some((outcome) => outcome === 'carried' || outcome === 'unknown')
}

function outcomeOf(
  state: PoolState,
  task: Task,
  { votes, values }: { votes: readonly Shown[]; values: ReadonlyMap<Address, bigint> },
): Outcome {
  if (votes.length === 0) return 'unvoted'
  const { terms } = dealOf(state, task)
  const groups = new Map<ResultDigest, Odds[]>()
  for (const { worker, digest } of votes) {
    const standing = state.live.standings.get(worker)
    if (standing === undefined) return 'unknown'
    const odds = weightOf(standing, { terms, value: values.get(worker) ?? 0n })
    groups.set(digest, [...(groups.get(digest) ?? []), odds])
  }
  const won = [...groups].find(([digest]) => tagOf(task.taskId, digest) === task.winner)
  if (won === undefined) return 'doomed'
  const odds = groupOdds(won[1])
  const others = [...groups].filter(([digest]) => digest !== won[0])
  const against = others.map(([, group]) => groupOdds(group))
  // Of equal odds the chain takes the smallest digest.
  const isBest = others.every(([digest], i) => {
    const other = against[i] as Odds
    return odds > other || (odds === other && won[0] < digest)
  })
  return isBest && isCredible(odds, against, terms.minOdds) ? 'carried' : 'doomed'
}
