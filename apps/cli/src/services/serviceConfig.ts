import type { Address, Hex32 } from '@millrace/base'
import type { ContractAddresses } from '@millrace/chain'

// What the supervisor hands to each service over its channel. Both ends are of one build, so these
// are plain types; whatever a person can set is checked where it enters.

/** How a service reaches the chain. */
export type ChainLink = { rpcUrl: string; chainId: number; contracts: ContractAddresses }

export type ChainServiceConfig = { dir: string; port: number }

export type DatabaseServiceConfig = { dir: string }

export type StorageServiceConfig = { dir: string; port: number; quotaBytes: number }

export type MarketServiceConfig = ChainLink & {
  port: number
  version: string
  storageUrl: string
  /** PostgreSQL URL. */
  database: string
}

export type PoolServiceConfig = ChainLink & {
  dir: string
  port: number
  pool: Address
  storageUrl: string
  database: string
  key: Hex32
  /** Of the market, where the courier finds offers. */
  apiUrl: string
  /** Of the courier, which serves contracts that buy computations. */
  courierKey: Hex32
}

export type WorkerServiceConfig = ChainLink & {
  dir: string
  /** Shared by the workers of one machine: programs made ready once. */
  cacheDir: string
  pool: Address
  poolUrl: string
  storageUrl: string
  key: Hex32
  /** Base units, decimal. */
  bond: string
  slots: number
}
