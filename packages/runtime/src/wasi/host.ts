import type { Descriptors } from './descriptors.ts'
import type { GuestMemory } from './guestMemory.ts'
import type { OutputStreams } from './streams.ts'
import type { FileTree } from './tree.ts'
import type { VirtualClock } from './virtualClock.ts'

/** What the calls of one run work on. */
export type WasiHost = {
  args: readonly string[]
  memory: GuestMemory
  tree: FileTree
  descriptors: Descriptors
  streams: OutputStreams
  clock: VirtualClock
  randomBytes: (target: Uint8Array) => void
  /** Takes fuel for work done outside the program; ends the run when there is none left. */
  charge: (units: number) => void
}

/** A call throws {@link WasiError} for an errno; numbers are 32 bits, bigints 64, both signed. */
export type WasiCall = (...args: never[]) => void
export type WasiCalls = Record<string, WasiCall>

// Fuel for work outside the program: some 20 units per nanosecond, as programs take themselves.
/** Any call. */
export const CALL_FUEL = 4000
/** Following a path, and making or opening what is there. */
export const PATH_FUEL = 20_000
/** One byte copied. */
export const BYTE_FUEL = 1
/** One random byte. */
export const RANDOM_FUEL = 15
