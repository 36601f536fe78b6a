import type { Clock } from '@millrace/base'
import { type Parameters, type ReadClient, readParameters } from '@millrace/chain'

/** The market's parameters; they change by vote, so a minute's memory is fresh enough. */
export type ParameterCache = { read(): Promise<Parameters> }

const FRESH_MS = 60_000

export function createParameterCache(client: ReadClient, clock: Clock): ParameterCache {
  let known: { value: Promise<Parameters>; untilMs: number } | undefined
  return {
    read: () => {
      if (known !== undefined && clock.nowMs() < known.untilMs) return known.value
      const value = readParameters(client)
      const entry = { value, untilMs: clock.nowMs() + FRESH_MS }
      known = entry
      // A failure is not remembered: the next caller asks again.
      value.catch(() => {
        if (known === entry) known = undefined
      })
      return value
    },
  }
}
