import type { Address, TxHash } from '@millrace/base'
import type { LocalAccount } from 'viem'
import type { Intent, SendOptions } from '../outbox/outbox.ts'
import type { ReadClient } from './readClient.ts'

/** What actions need: a read client that can also sign and send, through one durable outbox. */
export type WriteClient = ReadClient & {
  readonly account: LocalAccount
  /** Lower case, unlike `account.address`. */
  readonly address: Address
  /** Resolves when the signed transaction is stored and was given to the node. */
  readonly send: (intent: Intent, options?: SendOptions) => Promise<TxHash>
  /**
   * All forms (fee bumps, new nonces) of the transaction that once had this hash, newest first.
   *
   * @throws {TransactionFailedError} `TRANSACTION_FAILED` when it was given up
   */
  readonly formsOf: (txHash: TxHash) => TxHash[]
}
