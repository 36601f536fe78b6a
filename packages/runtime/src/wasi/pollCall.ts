import { WasiError } from './errno.ts'
import type { WasiHost } from './host.ts'
import { EPOCH_NS } from './virtualClock.ts'

const SUBSCRIPTION_BYTES = 48
const EVENT_BYTES = 32
const CLOCK_EVENT = 0
const ABSOLUTE = 1
const FUEL_PER_SUBSCRIPTION = 2000

type Timer = { userdata: bigint; waitNs: bigint }

/**
 * `poll_oneoff`: files are always ready. When only clocks are waited for, the earliest fires and
 * the virtual clock jumps to it, so that sleeping takes no time.
 */
export function pollOneoff(
  host: WasiHost,
  subscriptions: number,
  events: number,
  count: number,
  result: number,
): void {
  const total = count >>> 0
  if (total === 0) throw new WasiError('inval')
  host.charge(total * FUEL_PER_SUBSCRIPTION)
  let earliest: Timer | undefined
  let fired = 0
  for (let i = 0; i < total; i++) {
    const at = (subscriptions >>> 0) + i * SUBSCRIPTION_BYTES
    const userdata = host.memory.u64(at)
    const type = host.memory.u8(at + 8)
    if (type === CLOCK_EVENT) {
      const timer = { userdata, waitNs: waitOf(host, at) }
      if (!earliest || timer.waitNs < earliest.waitNs) earliest = timer
    } else {
      putEvent(host, (events >>> 0) + EVENT_BYTES * fired, { userdata, type })
      readiness(host, at, (events >>> 0) + EVENT_BYTES * fired)
      fired++
    }
  }
  if (fired === 0 && earliest) {
    host.clock.advance(earliest.waitNs)
    putEvent(host, events >>> 0, { userdata: earliest.userdata, type: CLOCK_EVENT })
    fired = 1
  }
  host.memory.setU32(result, fired)
}

/** Time from now until a clock subscription fires. */
function waitOf({ memory, clock }: WasiHost, subscription: number): bigint {
  const id = memory.u32(subscription + 16)
  if (id > 1) throw new WasiError('inval')
  const timeout = memory.u64(subscription + 24)
  if ((memory.u16(subscription + 40) & ABSOLUTE) === 0) return timeout
  const now = clock.peek() + (id === 0 ? EPOCH_NS : 0n)
  return timeout > now ? timeout - now : 0n
}

function putEvent(
  { memory }: WasiHost,
  at: number,
  { userdata, type }: { userdata: bigint; type: number },
): void {
  memory.bytes(at, EVENT_BYTES).fill(0)
  memory.setU64(at, userdata)
  memory.setU8(at + 10, type)
}

function readiness({ memory, descriptors }: WasiHost, subscription: number, event: number): void {
  try {
    const descriptor = descriptors.get(memory.u32(subscription + 16))
    const ready = descriptor.kind === 'file' ? descriptor.node.size - descriptor.position : 1
    memory.setU64(event + 16, BigInt(Math.max(0, ready)))
  } catch (error) {
    if (!(error instanceof WasiError)) throw error
    memory.setU16(event + 8, error.errno)
  }
}
