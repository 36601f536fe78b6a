import type { Address, Hex, TxHash } from '@millrace/base'

/** What somebody wants done on chain, before it has a nonce. */
export type Intent = {
  /** Undefined deploys a contract. */
  to: Address | undefined
  data: Hex
  value: bigint
  /** For logs: `market.matchOrders`. */
  label: string
}

export type SendOptions = {
  /** Idempotency id: sending again with the same id gives the first sending's transaction. */
  id?: string
  /** Ends the waiting; what was already stored is still sent. */
  signal?: AbortSignal
}
export type Sent = TxHash
