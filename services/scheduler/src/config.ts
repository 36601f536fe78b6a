import type { Address } from '@millrace/base'
import type { ContractAddresses } from '@millrace/chain'
import type { Database } from '@millrace/database'
import type { LocalAccount } from 'viem'
import type { PoolPolicy } from './core/policy.ts'

/** Settings of one pool. */
export type PoolConfig = {
  /** Id of the pool in the registry. */
  pool: Address
  /** Owner or operator of the pool: signs for it and pays its gas. */
  account: LocalAccount
  contracts: ContractAddresses
  rpcUrl: string
  /** Defaults to that of the embedded node. */
  chainId?: number
  /** Blocks above one before its events are believed; default 0. */
  confirmations?: number
  /** Pause between looks for a new block where the node cannot push; default 40. */
  pollMs?: number
  /** First block that can have a deal of the pool; default 0. */
  fromBlock?: number
  /** Schema `pool`; several pools may share it, each is led by one process at a time. */
  database: Database
  /** Folder of this pool's process: the outbox of its transactions. */
  home: string
  storageUrl: string
  host: string
  /** 0 for any free one. */
  port: number
  /** Connections held at once; default 20 000. */
  maxSessions?: number
  /** Largest result archive that the pool fetches to check it; default 512. */
  maxResultMiB?: number
  policy?: Partial<PoolPolicy>
}
