import {
  apply,
  decodeFacts,
  decodeState,
  encodeFacts,
  encodeState,
  type Fact,
  type PoolState,
} from '@millrace/scheduler'

/** A journal as the real one keeps it: text of a snapshot and of the facts since. */
export type SimDisk = {
  append(facts: readonly Fact[]): void
  snapshot(state: PoolState): void
  /** The state that a start would find. */
  replay(): PoolState
}

export function createSimDisk(first: PoolState): SimDisk {
  let snapshot = encodeState(first)
  let entries: string[] = []
  return {
    append: (facts) => entries.push(encodeFacts(facts)),
    snapshot: (state) => {
      snapshot = encodeState(state)
      entries = []
    },
    replay: () => {
      const state = decodeState(snapshot)
      for (const entry of entries) for (const fact of decodeFacts(entry)) apply(state, fact)
      return state
    },
  }
}
