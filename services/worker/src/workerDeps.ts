import type { Clock, Logger, Random } from '@millrace/base'
import type { Runtime } from '@millrace/runtime'
import type { BlobStore } from '@millrace/storage'
import type { LocalAccount } from 'viem'
import type { WorkerChain } from './chainPort.ts'
import type { Cheat } from './cheat.ts'

export type WorkerDeps = {
  chain: WorkerChain
  storage: BlobStore
  /** Closed by whoever made it, after `closed`. */
  runtime: Runtime
  /** The worker's wallet. */
  account: LocalAccount
  /** Fuel per second of one slot; see measureSpeed of @millrace/runtime. */
  measureSpeed: () => Promise<number>
  log: Logger
  /** Aborting it stops the worker politely. */
  signal: AbortSignal
  clock?: Clock
  random?: Random
  /** For tests of what lying costs; see {@link Cheat}. */
  cheat?: Cheat
}
