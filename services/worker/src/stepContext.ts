import type { Address, Clock, Logger } from '@millrace/base'
import type { ProtocolDomain } from '@millrace/protocol'
import type { Runtime } from '@millrace/runtime'
import type { BlobStore } from '@millrace/storage'
import type { WorkerMessage } from '@millrace/wire'
import type { LocalAccount } from 'viem'
import type { Activities } from './activities.ts'
import type { WorkerChain } from './chainPort.ts'
import type { Cheat } from './cheat.ts'
import type { WorkerConfig } from './config.ts'
import type { Deals } from './deals.ts'
import type { InputCache } from './inputCache.ts'
import type { Results } from './results.ts'
import type { Seeds } from './secret.ts'
import type { Slots } from './slots.ts'
import type { WorkerStore } from './store/workerStore.ts'

/** What steps work with. */
export type StepContext = {
  config: WorkerConfig
  worker: Address
  account: LocalAccount
  domain: ProtocolDomain
  clock: Clock
  log: Logger
  signal: AbortSignal
  store: WorkerStore
  chain: WorkerChain
  storage: BlobStore
  runtime: Runtime
  deals: Deals
  inputs: InputCache
  results: Results
  activities: Activities
  seeds: Seeds
  /** Places to run in. */
  slots: Slots
  /** Places to wait in with inputs held: how far the worker prepares ahead. */
  ahead: Slots
  /** Dropped while no session is open; what is still due is sent again when one opens. */
  send: (message: WorkerMessage) => void
  isOnline: () => boolean
  cheat: Cheat | undefined
}
