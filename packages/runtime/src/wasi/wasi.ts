import type { WasmMemory } from '../webAssembly.ts'
import { Descriptors } from './descriptors.ts'
import { ERRNO, WasiError } from './errno.ts'
import { fileCalls } from './fileCalls.ts'
import { GuestMemory } from './guestMemory.ts'
import { CALL_FUEL, type WasiCall, type WasiHost } from './host.ts'
import { pathCalls } from './pathCalls.ts'
import { createRandomBytes } from './randomBytes.ts'
import { OutputStreams } from './streams.ts'
import { systemCalls } from './systemCalls.ts'
import { FileTree } from './tree.ts'
import { VirtualClock } from './virtualClock.ts'

export type WasiOptions = {
  /** The whole argv. */
  args: readonly string[]
  /** Drives `random_get`. */
  seed: Uint8Array
  inputs: readonly { path: string; bytes: Uint8Array }[]
  limits: { diskBytes: number; files: number; stdoutBytes: number }
  memory: WasmMemory
  /** Takes fuel; throws {@link LimitReached} when there is none left. */
  charge: (units: number) => void
}

export type Wasi = {
  host: WasiHost
  /** Functions of `wasi_snapshot_preview1`. */
  imports: Record<string, (...args: unknown[]) => number>
}

/**
 * WASI preview1 for one run: everything it can see or change is made here from the options. The
 * real clock, randomness, environment, file system and network are not reachable from it.
 */
export function createWasi(options: WasiOptions): Wasi {
  const { args, seed, inputs, limits, memory, charge } = options
  const tree = new FileTree(inputs, limits)
  const host: WasiHost = {
    args,
    memory: new GuestMemory(memory),
    tree,
    descriptors: new Descriptors(tree),
    streams: new OutputStreams(limits.stdoutBytes),
    clock: new VirtualClock(),
    randomBytes: createRandomBytes(seed),
    charge,
  }
  const calls = { ...systemCalls(host), ...fileCalls(host), ...pathCalls(host) }
  const imports: Wasi['imports'] = {}
  for (const [name, call] of Object.entries(calls)) imports[name] = guard(host, call)
  return { host, imports }
}

function guard(host: WasiHost, call: WasiCall): (...args: unknown[]) => number {
  const run = call as (...args: unknown[]) => void
  return (...args) => {
    host.memory.refresh()
    host.charge(CALL_FUEL)
    try {
      run(...args)
      return ERRNO.success
    } catch (error) {
      if (error instanceof WasiError) return error.errno
      throw error
    }
  }
}
