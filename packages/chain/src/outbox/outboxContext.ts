import type { Address, Clock, Hex, Logger, TxHash } from '@millrace/base'
import { keccak256, type LocalAccount } from 'viem'
import type { Heads } from '../client/heads.ts'
import type { Rpc } from '../client/rpc.ts'
import type { Fees } from './fees.ts'
import type { Form, Intent, OutboxStore } from './outboxStore.ts'

/** What the parts of the outbox share. */
export type OutboxContext = {
  rpc: Rpc
  heads: Heads
  chainId: number
  confirmations: number
  account: LocalAccount
  address: Address
  store: OutboxStore
  /** Set once the node told its genesis block. */
  scope: string
  fees: () => Promise<Fees>
  clock: Clock
  log: Logger
  signal: AbortSignal
  settings: OutboxSettings
}

export type OutboxSettings = {
  /** Unmined transactions at a time; nodes hold few per account. */
  window: number
  /** A transaction still unmined after so many blocks is signed again for more. */
  bumpAfterBlocks: number
  /** Never pays more per gas than this. */
  maxFeePerGas: bigint
  /** First pause before an unmined transaction is given to the node again; doubles. */
  rebroadcastMs: number
  /** A missing nonce is filled when it has been missing for so long. */
  gapMs: number
}

/** Signs an intent; what comes out is stored before anybody sends it. */
export async function signForm(
  { account, chainId }: OutboxContext,
  { intent, nonce, gas, fees }: { intent: Intent; nonce: number; gas: bigint; fees: Fees },
): Promise<Form> {
  const { to, data, value } = intent
  const { maxFeePerGas, maxPriorityFeePerGas } = fees
  const raw: Hex = await account.signTransaction({
    type: 'eip1559',
    chainId,
    nonce,
    gas,
    to: to ?? null,
    data,
    value,
    maxFeePerGas,
    maxPriorityFeePerGas,
  })
  return { hash: keccak256(raw) as TxHash, raw, maxFeePerGas, maxPriorityFeePerGas }
}

/** Transactions of the account in the chain up to `block`, which is also the next nonce there. */
export async function readNonce(
  { rpc, address }: OutboxContext,
  block: 'latest' | 'pending' | number,
): Promise<number> {
  const tag = typeof block === 'number' ? `0x${Math.max(0, block).toString(16)}` : block
  return Number(await rpc<Hex>('eth_getTransactionCount', [address, tag]))
}
