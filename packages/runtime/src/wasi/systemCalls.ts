import { ProcessExit, WasiError } from './errno.ts'
import { RANDOM_FUEL, type WasiCalls, type WasiHost } from './host.ts'
import { EPOCH_NS } from './virtualClock.ts'

const REALTIME = 0
const LAST_CLOCK = 3
const CLOCK_RESOLUTION_NS = 1000n

/** Arguments, environment, clock, randomness, the process itself, and sockets, of which there are none. */
export function systemCalls(host: WasiHost): WasiCalls {
  const args = host.args.map((arg) => new TextEncoder().encode(`${arg}\0`))
  const noSocket = (fd: number) => {
    host.descriptors.get(fd)
    throw new WasiError('notsock')
  }
  return {
    args_sizes_get: (count: number, size: number) => putSizes(host, args, count, size),
    args_get: (pointers: number, buffer: number) => putStrings(host, args, pointers, buffer),
    // Nothing of the host's environment, and nothing in its place.
    environ_sizes_get: (count: number, size: number) => putSizes(host, [], count, size),
    environ_get: () => {},
    clock_res_get: (clock: number, result: number) => {
      checkClock(clock)
      host.memory.setU64(result, CLOCK_RESOLUTION_NS)
    },
    clock_time_get: (clock: number, _precision: bigint, result: number) => {
      checkClock(clock)
      const elapsed = host.clock.look()
      host.memory.setU64(result, clock === REALTIME ? EPOCH_NS + elapsed : elapsed)
    },
    random_get: (buffer: number, length: number) => {
      const target = host.memory.bytes(buffer, length)
      host.charge(target.length * RANDOM_FUEL)
      host.randomBytes(target)
    },
    sched_yield: () => {},
    proc_exit: (code: number) => {
      throw new ProcessExit(code >>> 0)
    },
    proc_raise: () => {
      throw new WasiError('nosys')
    },
    sock_accept: noSocket,
    sock_recv: noSocket,
    sock_send: noSocket,
    sock_shutdown: noSocket,
  }
}

function checkClock(clock: number): void {
  if (clock < REALTIME || clock > LAST_CLOCK) throw new WasiError('inval')
}

function putSizes(
  { memory }: WasiHost,
  strings: readonly Uint8Array[],
  count: number,
  size: number,
): void {
  memory.setU32(count, strings.length)
  memory.setU32(
    size,
    strings.reduce((sum, bytes) => sum + bytes.length, 0),
  )
}

function putStrings(
  { memory }: WasiHost,
  strings: readonly Uint8Array[],
  pointers: number,
  buffer: number,
): void {
  let at = buffer >>> 0
  strings.forEach((bytes, i) => {
    memory.setU32((pointers >>> 0) + 4 * i, at)
    memory.bytes(at, bytes.length).set(bytes)
    at += bytes.length
  })
}
