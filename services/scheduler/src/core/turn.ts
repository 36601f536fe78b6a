import type { Address, LogFields, Random } from '@millrace/base'
import { apply } from './apply.ts'
import type { Effect } from './effects.ts'
import type { Fact } from './facts.ts'
import type { Outgoing } from './live.ts'
import type { PoolPolicy } from './policy.ts'
import type { PoolState } from './state.ts'

/** One round of decisions: what has been recorded and asked for so far. */
export type Turn = {
  readonly state: PoolState
  readonly policy: PoolPolicy
  readonly nowMs: number
  readonly random: Random
  readonly facts: Fact[]
  readonly effects: Effect[]
}

/** Makes a fact true and keeps it for the journal. */
export function record(turn: Turn, fact: Fact): void {
  apply(turn.state, fact)
  turn.facts.push(fact)
}

/** Numbers of batches that the chain knows are not given again. */
export function seeNonce(turn: Turn, nonce: number): void {
  if (nonce >= turn.state.nextNonce) record(turn, { kind: 'nonceSeen', nonce })
}

export function log(
  turn: Turn,
  level: 'info' | 'warn' | 'error',
  message: string,
  fields: LogFields,
): void {
  turn.effects.push({ kind: 'log', level, message, fields })
}

/** Messages of this turn to a worker; undefined when it is not connected, and told when it is again. */
export function outgoingTo({ state }: Turn, worker: Address): Outgoing | undefined {
  if (state.live.sessions.get(worker)?.isConnected !== true) return undefined
  const found = state.live.outgoing.get(worker)
  if (found !== undefined) return found
  const made: Outgoing = {
    deals: [],
    settled: [],
    cancel: new Map(),
    recommit: new Map(),
    assignments: [],
    receipts: new Map(),
    reportTags: [],
    sealRequests: [],
    anchored: [],
    publish: [],
  }
  state.live.outgoing.set(worker, made)
  return made
}

/** Who could run what has changed: look again at what waits. */
export function changeMeans({ live }: PoolState): void {
  live.version++
  live.isPlanNeeded = true
}

/** Adds to a list of a map. */
export function pushTo<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [value])
  else list.push(value)
}
