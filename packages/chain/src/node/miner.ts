import type { Clock } from '@millrace/base'

export type Miner = {
  /** There may be something to mine. */
  wake(): void
  stop(): void
}

// Transactions of one burst share a block.
const GATHER_MS = 2
const MAX_IDLE_BLOCK_MS = 5_000

/**
 * Mines soon after a transaction came, then every `blockMs` while some are pending, then sleeps.
 *
 * @param mine - Number of transactions mined; undefined when none were pending.
 */
export function createMiner({
  blockMs,
  clock,
  mine,
}: {
  blockMs: number
  clock: Clock
  mine: () => Promise<number | undefined>
}): Miner {
  const stopping = new AbortController()
  let awake = false
  let lastMs = 0
  let pauseMs = blockMs

  const run = async (): Promise<void> => {
    await clock.sleep(Math.max(GATHER_MS, lastMs + pauseMs - clock.nowMs()), stopping.signal)
    // From here on a new transaction may miss the block, so its wake must count.
    awake = false
    lastMs = clock.nowMs()
    const mined = await mine()
    if (mined === undefined) return
    // What stays pending though blocks are empty cannot pay the base fee: no hurry.
    pauseMs = mined > 0 ? blockMs : Math.min(MAX_IDLE_BLOCK_MS, pauseMs * 2)
    wake()
  }

  const wake = () => {
    if (awake || stopping.signal.aborted) return
    awake = true
    // Errors are fatal and told elsewhere.
    run().catch(() => {})
  }

  return { wake, stop: () => stopping.abort() }
}
