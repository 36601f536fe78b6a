import type { Address, Hex32, TxHash } from '@millrace/base'
import type { ChainEvent } from '../events/chainEvent.ts'

/** What became of a mined transaction. */
export type Receipt = {
  /** Of the form that was mined; after a fee bump another than the one first sent. */
  txHash: TxHash
  /** A reverted transaction changed nothing but cost its gas. */
  status: 'success' | 'reverted'
  blockNumber: number
  blockHash: Hex32
  gasUsed: bigint
  /** Price per gas in the chain's own coin. */
  gasPrice: bigint
  from: Address
  /** Set for a deployment. */
  contractAddress: Address | undefined
  /** Events of our contracts, in order. */
  events: ChainEvent[]
}
