import { type Clock, every, type Logger } from '@millrace/base'
import type { WorkerStore } from './store/workerStore.ts'

/** Assumed of a machine that was never measured: a slow one, so that deadlines are kept. */
export const UNMEASURED_FUEL_PER_SEC = 1e9

const WEEK_MS = 7 * 24 * 3600 * 1000
const LOOK_MS = 60_000
const FIRST_LOOK_MS = 20_000

type Measured = { fuelPerSec: number; atMs: number }

/** The speed last measured in this home, or undefined. */
export function knownSpeed(store: WorkerStore): number | undefined {
  return readMeasured(store)?.fuelPerSec
}

/**
 * Measures the machine's speed once a week, in a moment without work: a figure taken beside running
 * tasks would be wrong, and measuring at the start would make the first task wait.
 */
export async function keepSpeedMeasured(
  {
    store,
    clock,
    log,
    signal,
  }: { store: WorkerStore; clock: Clock; log: Logger; signal: AbortSignal },
  {
    measure,
    isIdle,
    onMeasured,
  }: {
    measure: () => Promise<number>
    isIdle: () => boolean
    onMeasured: (fuelPerSec: number) => void
  },
): Promise<void> {
  await clock.sleep(FIRST_LOOK_MS, signal).catch(() => {})
  const onError = (error: unknown) => log.warn('speed not measured', { error: String(error) })
  await every({ clock, signal, periodMs: LOOK_MS, onError }, async () => {
    const last = readMeasured(store)
    if (signal.aborted || !isIdle()) return
    if (last !== undefined && clock.nowMs() - last.atMs < WEEK_MS) return
    const fuelPerSec = await measure()
    if (signal.aborted) return
    store.setMeta('speed', JSON.stringify({ fuelPerSec, atMs: clock.nowMs() } satisfies Measured))
    log.info('speed measured', { fuelPerSec })
    onMeasured(fuelPerSec)
  })
}

function readMeasured(store: WorkerStore): Measured | undefined {
  const text = store.getMeta('speed')
  return text === undefined ? undefined : (JSON.parse(text) as Measured)
}
