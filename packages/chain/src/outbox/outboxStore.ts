import type { Address, ErrorJson, Hex, TxHash } from '@millrace/base'

/** What somebody wants done on chain, before it has a nonce. */
export type Intent = {
  /** Undefined deploys a contract. */
  to: Address | undefined
  data: Hex
  value: bigint
  /** For logs: `market.matchOrders`. */
  label: string
}

/** One signed transaction. */
export type Form = {
  hash: TxHash
  raw: Hex
  maxFeePerGas: bigint
  maxPriorityFeePerGas: bigint
}

/**
 * An intent with its nonce and everything ever signed for it.
 *
 * `open`: not final yet. `final`: mined with enough confirmations. `failed`: its nonce was used by
 * a stranger and the intent is no longer possible.
 */
export type OutboxRow = {
  /** Idempotency id, unique within a scope. */
  id: string
  state: 'open' | 'final' | 'failed'
  nonce: number
  intent: Intent
  gas: bigint
  /** Oldest first; the last one is in force. */
  forms: [Form, ...Form[]]
  /** Head of the chain when the nonce was allotted: it cannot have been used before. */
  signedAtBlock: number
  failure?: ErrorJson
}

/**
 * Where the outbox keeps its rows. A scope is one account on one chain (named by its genesis
 * block), so that a store survives a chain being thrown away.
 *
 * Several processes may share a store: all of them send and watch the same rows.
 */
export type OutboxStore = {
  /** Open rows, ascending by nonce. */
  loadOpen(scope: string): Promise<OutboxRow[]>
  findById(scope: string, id: string): Promise<OutboxRow | undefined>
  /** The row that any of its forms had this hash in. */
  findByHash(scope: string, hash: TxHash): Promise<OutboxRow | undefined>
  /**
   * Runs `act` alone among everybody who shares the store. What it wrote is durable when this
   * resolves, and forgotten when it rejects.
   */
  exclusively<T>(scope: string, act: (writer: OutboxWriter) => Promise<T> | T): Promise<T>
}

export type OutboxWriter = {
  loadOpen(): OutboxRow[]
  findById(id: string): OutboxRow | undefined
  /** Nonces from `from` on of open and final rows: a node that lags behind calls them free. */
  heldNonces(from: number): Set<number>
  save(row: OutboxRow): void
  remove(id: string): void
}
