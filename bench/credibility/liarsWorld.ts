import type { Address, ResultDigest, TaskId } from '@millrace/base'
import {
  groupOdds,
  hashDeal,
  hashTask,
  isCredible,
  type Odds,
  WAD,
  workerOdds,
} from '@millrace/protocol'
import type { WorkerStanding } from '@millrace/scheduler'
import { BONDED } from '../../services/scheduler/src/testing/corePool.ts'
import type { SettleBatch, World } from '../scheduler/corePool.ts'
import { rightDigest } from '../scheduler/echoWorker.ts'

/** When colluding liars lie. They all know which task it is, and all give the same wrong answer. */
export type Strategy = {
  /** Share of tasks on which they lie, the same for all of them. */
  share: number
  /** They wait until they have passed so many checks. */
  minChecks: number
}

type Vote = { worker: Address; odds: Odds }

/**
 * A chain as strict as Work and Standing: it counts votes by the records of workers, gives a check to each
 * that agreed with another, and bans for longer than the run those that were outvoted. Bonds are large
 * enough never to matter.
 */
export class LiarsWorld implements World {
  /** Wrong results that were settled. */
  wrong = 0
  readonly #standings = new Map<Address, WorkerStanding>()
  readonly #answers = new Map<Address, Map<TaskId, ResultDigest>>()
  readonly #strategy: Strategy
  readonly #saboteurBps: number

  constructor(
    liars: readonly Address[],
    { strategy, saboteurBps }: { strategy: Strategy; saboteurBps: number },
  ) {
    this.#strategy = strategy
    this.#saboteurBps = saboteurBps
    for (const liar of liars) this.#answers.set(liar, new Map())
  }

  standingOf(worker: Address): WorkerStanding {
    const known = this.#standings.get(worker)
    if (known !== undefined) return known
    const fresh = { ...BONDED }
    this.#standings.set(worker, fresh)
    return fresh
  }

  answerOf(worker: Address, taskId: TaskId): ResultDigest {
    const answers = this.#answers.get(worker)
    if (answers === undefined) return rightDigest(taskId)
    const answer = answers.get(taskId) ?? this.#choose(worker, taskId)
    answers.set(taskId, answer)
    return answer
  }

  #choose(worker: Address, taskId: TaskId): ResultDigest {
    const { share, minChecks } = this.#strategy
    const isReady = this.standingOf(worker).checks >= minChecks
    // Ids of tasks are hashes: as good as chance, and the same for all liars.
    const isChosen = Number.parseInt(taskId.slice(-8), 16) / 2 ** 32 < share
    return isReady && isChosen ? wrongDigest(taskId) : rightDigest(taskId)
  }

  judge({ parts, workers }: SettleBatch): ReturnType<World['judge']> {
    const slots = parts.flatMap(({ terms, tasks }) => {
      const dealId = hashDeal(terms)
      return tasks.map(({ index, digests }) => {
        const groups = digests.map((digest) => ({ digest, voters: [] as Vote[] }))
        return { groups, minOdds: terms.minOdds, right: rightDigest(hashTask(dealId, index)) }
      })
    })
    for (const { worker, votes } of workers) {
      const odds = this.#oddsOf(worker)
      for (const { slot, variant } of votes)
        slots[slot]?.groups[variant]?.voters.push({ worker, odds })
    }
    const spoiled = new Set<number>()
    const passed: Vote[] = []
    const failed: Vote[] = []
    for (const [slot, { groups, minOdds, right }] of slots.entries()) {
      const winner = winnerOf(groups, minOdds)
      if (winner === undefined) spoiled.add(slot)
      else {
        if (winner.digest !== right) this.wrong++
        if (winner.voters.length > 1) passed.push(...winner.voters)
        failed.push(...groups.filter((group) => group !== winner).flatMap(({ voters }) => voters))
      }
    }
    return { spoiled, changed: this.#remember(passed, failed) }
  }

  /** A fault since the commit leaves a vote that counts for nothing. */
  #oddsOf(worker: Address): Odds {
    const { mayVote, checks } = this.standingOf(worker)
    return mayVote ? workerOdds(checks, this.#saboteurBps) : WAD
  }

  #remember(passed: readonly Vote[], failed: readonly Vote[]): Set<Address> {
    const faulty = new Set(failed.map(({ worker }) => worker))
    for (const { worker } of passed) if (!faulty.has(worker)) this.standingOf(worker).checks++
    for (const worker of faulty) {
      const { faults } = this.standingOf(worker)
      this.#standings.set(worker, { ...BONDED, faults: faults + 1, mayVote: false })
    }
    return new Set([...faulty, ...passed.map(({ worker }) => worker)])
  }

  /** Workers that were found out. */
  get caught(): { liars: number; honest: number } {
    const faulty = [...this.#standings].filter(([, { faults }]) => faults > 0)
    const liars = faulty.filter(([worker]) => this.#answers.has(worker)).length
    return { liars, honest: faulty.length - liars }
  }
}

function wrongDigest(taskId: TaskId): ResultDigest {
  return `0xbad0bad0${taskId.slice(10)}` as ResultDigest
}

/** The group that carries the odds asked for against all others. */
function winnerOf<G extends { voters: readonly Vote[] }>(
  groups: readonly G[],
  minOdds: Odds,
): G | undefined {
  const counted = groups.map((group) => ({
    group,
    odds: groupOdds(group.voters.map((vote) => vote.odds)),
  }))
  const [best, ...others] = counted.sort((a, b) => (a.odds > b.odds ? -1 : 1))
  if (best === undefined) return undefined
  const against = others.map(({ odds }) => odds)
  return isCredible(best.odds, against, minOdds) ? best.group : undefined
}
