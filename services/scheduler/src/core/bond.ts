import type { Address, Hex32 } from '@millrace/base'
import {
  atStake,
  coveredOdds,
  type DealTerms,
  groupOdds,
  isCredible,
  type Odds,
  WAD,
  workerOdds,
} from '@millrace/protocol'
import { tasksOf } from './ballots.ts'
import { weightOf } from './odds.ts'
import { dealOf, isAlive, type PoolState, type Task } from './state.ts'

/** Base units per worker. */
type Amounts = Map<Address, bigint>

/**
 * Of agreed tasks, oldest first, as many as reach their odds when they settle in one batch: each worker's
 * votes then weigh what its bond covers of all of them and of the batches under way, none of which is
 * brought below its odds either. Dissenters count with all that their vote could weigh.
 *
 * @see docs/protocol/credibility.md What a bond covers
 */
export function coveredTasks(state: PoolState, ready: readonly Task[]): Task[] {
  const flights = flightsOf(state)
  const matures = ready.some((task) => dealOf(state, task).terms.maturitySec > 0)
  const sound = matures ? flights.filter((own) => reaches(state, own, flights)) : []
  const fits = (tasks: readonly Task[]): boolean => {
    const all = [...flights, tasks]
    return [tasks, ...sound].every((own) => reaches(state, own, all))
  }
  if (fits(ready)) return [...ready]
  const able = ready.filter((task) => fits([task])).sort((a, b) => a.startedMs - b.startedMs)
  if (fits(able)) return able
  // The first `some` fit, the first `most` do not.
  let [some, most] = [1, able.length]
  while (most - some > 1) {
    const middle = (some + most) >> 1
    if (fits(able.slice(0, middle))) some = middle
    else most = middle
  }
  return able.slice(0, some)
}

/** Tasks of the verified batches that are sealed and not settled. */
function flightsOf(state: PoolState): Task[][] {
  return [...state.batches.values()]
    .filter(({ stage, isTrusted }) => stage !== 'open' && !isTrusted)
    .map((batch) => tasksOf(state, batch))
}

/** True if all tasks reach their odds in one batch, should all other batches settle before it. */
function reaches(
  state: PoolState,
  tasks: readonly Task[],
  batches: readonly (readonly Task[])[],
): boolean {
  const values = valuesOf(state, tasks)
  for (const other of batches) if (other !== tasks) addExposure(state, other, values)
  return tasks.every((task) => isReached(state, task, values))
}

/** What each worker's votes of one batch are worth to the chain. */
export function valuesOf(state: PoolState, tasks: readonly Task[]): Amounts {
  const stakes = tasks.map((task) => atStake(dealOf(state, task).terms))
  const highest = stakes.reduce((most, stake) => (stake > most ? stake : most), 0n)
  const values: Amounts = new Map()
  for (const { replicas } of tasks)
    for (const { worker } of replicas.filter(isAlive)) add(values, worker, highest)
  return values
}

function addExposure(state: PoolState, tasks: readonly Task[], amounts: Amounts): void {
  for (const task of tasks) {
    const { terms } = dealOf(state, task)
    if (terms.maturitySec === 0) continue
    for (const { worker } of task.replicas.filter(isAlive)) add(amounts, worker, exposing(terms))
  }
}

/** Standing keeps exposures in units of 10^12, rounded up. */
function exposing(terms: DealTerms): bigint {
  return ((atStake(terms) + UNIT - 1n) / UNIT) * UNIT
}

const UNIT = 10n ** 12n

function add(amounts: Amounts, worker: Address, amount: bigint): void {
  amounts.set(worker, (amounts.get(worker) ?? 0n) + amount)
}

/** Suspects count: the chain finds their fault after it has counted the batch. */
function isReached(state: PoolState, task: Task, values: Amounts): boolean {
  const { terms } = dealOf(state, task)
  let odds = WAD
  const others = new Map<Hex32 | undefined, Odds>()
  for (const { worker, tag } of task.replicas.filter(isAlive)) {
    const standing = state.live.standings.get(worker)
    if (standing === undefined) return false
    if (tag === task.winner) {
      const value = values.get(worker) ?? 0n
      odds = groupOdds([odds, weightOf(standing, { terms, value })])
    } else {
      const most = weightOf(standing, { terms, value: atStake(terms) })
      others.set(tag, groupOdds([others.get(tag) ?? WAD, most]))
    }
  }
  const against = [...others.values()]
  return against.every((other) => odds >= other) && isCredible(odds, against, terms.minOdds)
}

/** Which votes on a deal's tasks are held down by bonds; undefined when none is. */
export function bondLimit(
  { live }: PoolState,
  { workers, terms }: { workers: readonly Address[]; terms: DealTerms },
): string | undefined {
  const value = atStake(terms)
  const held = workers.filter((worker) => {
    const standing = live.standings.get(worker)
    if (standing === undefined) return false
    const { bond, exposure, checks } = standing
    return coveredOdds(bond, exposure + value) < workerOdds(checks, terms.saboteurBps)
  })
  if (held.length === 0) return undefined
  return `the bonds of ${held.length} workers cover less of a task with ${value} at stake than their records earn`
}

export const BOND_REMEDY = 'higher bonds of the workers, or time for what they answer for to mature'
