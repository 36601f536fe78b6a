import { join } from 'node:path'
import type { Address, Clock, Logger } from '@millrace/base'
import type { WorkerMessage } from '@millrace/wire'
import { createActivities } from './activities.ts'
import type { WorkerConfig } from './config.ts'
import { createDeals } from './deals.ts'
import { createInputCache } from './inputCache.ts'
import { createResults } from './results.ts'
import type { Seeds } from './secret.ts'
import { createSlots } from './slots.ts'
import type { StepContext } from './stepContext.ts'
import type { WorkerStore } from './store/workerStore.ts'
import type { WorkerDeps } from './workerDeps.ts'

const MIB = 1024 * 1024
/** Share of the disk that results may fill; inputs get what results leave. */
const RESULTS_SHARE = 0.5

type Parts = {
  config: WorkerConfig
  deps: WorkerDeps
  worker: Address
  log: Logger
  clock: Clock
  signal: AbortSignal
  store: WorkerStore
  seeds: Seeds
  line: { send(message: WorkerMessage): void; isOpen(): boolean }
}

/** Makes what steps work with. */
export function createContext(parts: Parts): StepContext {
  const { config, deps, worker, log, clock, signal, store, seeds, line } = parts
  const { chain, storage, runtime, account, cheat } = deps
  const { pool, home, slots, memoryMiB } = config
  const diskBytes = config.diskMiB * MIB
  const results = createResults(
    { store },
    { dir: join(home, 'results'), quotaBytes: diskBytes * RESULTS_SHARE },
  )
  const inputs = createInputCache(
    { storage, store, clock, log, signal },
    { dir: join(home, 'cache'), quotaBytes: () => diskBytes - results.usedBytes() },
  )
  return {
    config,
    worker,
    account,
    domain: chain.domain,
    clock,
    log,
    signal,
    store,
    chain,
    storage,
    runtime,
    deals: createDeals({ pool, clock, signal, chain, inputs, runtime, store }),
    inputs,
    results,
    activities: createActivities(signal),
    seeds,
    slots: createSlots({ slots, memoryMiB }),
    ahead: createSlots({ slots: 2 * slots + 8, memoryMiB: 0 }),
    send: line.send,
    isOnline: line.isOpen,
    cheat,
  }
}
