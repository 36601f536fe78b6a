import {
  type Address,
  address,
  type Logger,
  type Random,
  silentLogger,
  systemRandom,
  type TxHash,
} from '@millrace/base'
import type { LocalAccount } from 'viem'
import { createOutbox, type SendOptions } from '../outbox/outbox.ts'
import type { OutboxSettings } from '../outbox/outboxContext.ts'
import type { Intent, OutboxStore } from '../outbox/outboxStore.ts'
import { createReadClient, type ReadClient, type ReadClientOptions } from './readClient.ts'

export type WriteClientOptions = Omit<ReadClientOptions, 'signal'> & {
  account: LocalAccount
  /** Keeps what was signed; a durable one wherever a lost or doubled transaction would hurt. */
  outbox: OutboxStore
  /** Stops the client; what is stored goes on when the next client opens the store. */
  signal: AbortSignal
  log?: Logger
  random?: Random
  settings?: Partial<OutboxSettings>
}

/** What actions need: a read client that can also sign and send, through one durable outbox. */
export type WriteClient = ReadClient & {
  readonly account: LocalAccount
  /** Lower case, unlike `account.address`. */
  readonly address: Address
  /**
   * Dry run, then sign, store and send. Resolves when the signed transaction is stored and was
   * offered to the node; from then on the outbox sees to it that it is mined.
   *
   * @throws the contract's error, decoded, when the dry run fails
   * @throws {InsufficientGasError} `INSUFFICIENT_GAS`
   * @throws {TransactionRefusedError} `TRANSACTION_REFUSED`
   */
  readonly send: (intent: Intent, options?: SendOptions) => Promise<TxHash>
  /**
   * All forms (fee bumps, new nonces) of the transaction that once had this hash, newest first.
   *
   * @throws {TransactionFailedError} `TRANSACTION_FAILED` when it was given up
   */
  readonly formsOf: (txHash: TxHash) => Promise<TxHash[]>
}

/** Opens the outbox at once, so that what an earlier process left behind is sent again. */
export function createWriteClient({
  account,
  outbox: store,
  signal,
  log = silentLogger,
  random = systemRandom,
  settings = {},
  ...options
}: WriteClientOptions): WriteClient {
  const client = createReadClient({ ...options, signal })
  const { clock } = client
  const outbox = createOutbox({ client, account, store, clock, random, log, signal, settings })
  return {
    ...client,
    account,
    address: address(account.address),
    send: outbox.send,
    formsOf: outbox.formsOf,
  }
}
