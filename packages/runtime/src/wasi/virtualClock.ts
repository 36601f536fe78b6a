/** 2000-01-01T00:00:00Z. */
export const EPOCH_NS = 946_684_800_000_000_000n
const LOOK_NS = 1000n
const LATEST_NS = (1n << 63n) - 1n - EPOCH_NS

/**
 * Time inside a run: starts at the same moment everywhere, moves by a microsecond with every look
 * and by the whole span with every sleep, which takes no time outside.
 */
export class VirtualClock {
  #elapsedNs = 0n

  /** Nanoseconds since the start; the look itself takes one microsecond. */
  look(): bigint {
    this.advance(LOOK_NS)
    return this.#elapsedNs
  }

  /** Without moving it. */
  peek(): bigint {
    return this.#elapsedNs
  }

  advance(ns: bigint): void {
    const next = this.#elapsedNs + ns
    this.#elapsedNs = next > LATEST_NS ? LATEST_NS : next
  }
}
