import type { Clock, Logger, Random } from '@millrace/base'
import type { Effect } from './core/effects.ts'
import type { PoolEvent } from './core/events.ts'
import type { PoolPolicy } from './core/policy.ts'
import { type Reaction, react } from './core/react.ts'
import { resume } from './core/resume.ts'
import type { PoolState } from './core/state.ts'
import type { PoolMetrics } from './http/metrics.ts'
import type { Journal } from './journal/journal.ts'
import type { DealHistory } from './qos/dealHistory.ts'

export type ReactorDeps = {
  state: PoolState
  journal: Journal
  policy: PoolPolicy
  clock: Clock
  random: Random
  log: Logger
  metrics: PoolMetrics
  /** Told every fact. */
  history: DealHistory
  signal: AbortSignal
  /** Starts an effect; must not throw. Effects come in their order. */
  carryOut(effect: Effect): void
}

export type Reactor = {
  /** Takes in an event; all of one round of the event loop are one turn. */
  emit(event: PoolEvent): void
  /** Takes up what was under way before the start. */
  resume(): void
  /** Rejects when the pool cannot go on: a bug, or another process leads. Resolves on abort. */
  run(): Promise<void>
}

/**
 * The only owner of the state: gathers events, lets the core decide, makes its facts durable, and only
 * then lets its effects be seen. A crash before that leaves nothing behind; after it, a start finds
 * the facts and does the effects again.
 */
export function createReactor(deps: ReactorDeps): Reactor {
  const { state, journal, policy, clock, random, log, metrics, history, signal, carryOut } = deps
  const inbox: PoolEvent[] = []
  const failed = Promise.withResolvers<void>()
  let isTurnDue = false
  let durable: Promise<void> = Promise.resolve()
  let alarm: { atMs: number; off: AbortController } | undefined

  const fail = (error: unknown): void => {
    if (!signal.aborted) failed.reject(error)
  }
  const commit = ({ facts, effects }: Reaction): void => {
    metrics.facts.inc(facts.length)
    history.note(facts)
    if (facts.length === 0 && effects.length === 0) return
    // In the order of turns, also those that have nothing to write.
    const written = facts.length > 0 ? journal.append(facts) : durable
    const before = durable
    durable = Promise.all([before, written]).then(() => {
      if (signal.aborted) return
      for (const effect of effects) carryOut(effect)
    })
    durable.catch(fail)
  }
  const takeTurn = (): void => {
    isTurnDue = false
    if (signal.aborted) return
    const startMs = performance.now()
    try {
      const events = inbox.splice(0)
      commit(react(state, events, { nowMs: clock.nowMs(), policy, random }))
      metrics.turnSeconds.observe((performance.now() - startMs) / 1000)
      setAlarm()
      journal.compact(state).catch(fail)
    } catch (error) {
      log.error('turn failed', { error: String(error), stack: (error as Error).stack })
      fail(error)
    }
  }
  const scheduleTurn = (): void => {
    if (isTurnDue) return
    isTurnDue = true
    setImmediate(takeTurn)
  }
  const setAlarm = (): void => {
    const atMs = state.live.timers.nextMs()
    if (atMs === undefined || (alarm !== undefined && alarm.atMs <= atMs)) return
    alarm?.off.abort()
    const off = new AbortController()
    alarm = { atMs, off }
    const delayMs = Math.min(MAX_SLEEP_MS, Math.max(1, atMs - clock.nowMs()))
    clock.sleep(delayMs, AbortSignal.any([off.signal, signal])).then(
      () => {
        alarm = undefined
        scheduleTurn()
      },
      () => {},
    )
  }

  return {
    emit: (event) => {
      inbox.push(event)
      scheduleTurn()
    },
    resume: () => {
      commit(resume(state, { nowMs: clock.nowMs(), policy, random }))
      setAlarm()
      scheduleTurn()
    },
    run: () => {
      if (signal.aborted) failed.resolve()
      signal.addEventListener('abort', () => failed.resolve(), { once: true })
      return failed.promise
    },
  }
}

/** Timers of the platform end at 2^31 ms. */
const MAX_SLEEP_MS = 3_600_000
