import { type Address, BaseError, type ErrorJson, type TxHash } from '@millrace/base'

/** The node would not take a transaction; nothing was sent and its nonce is free again. */
export class TransactionRefusedError extends BaseError {
  readonly code = 'TRANSACTION_REFUSED'
  constructor({ label, reason, cause }: { label: string; reason: string; cause: unknown }) {
    super(`The chain node refused the transaction ${label}: ${reason}`, {
      meta: { label, reason },
      docs: 'transaction-refused',
      cause,
    })
  }
}

/** The account cannot pay for gas. */
export class InsufficientGasError extends BaseError {
  readonly code = 'INSUFFICIENT_GAS'
  constructor({ account, label, cause }: { account: Address; label: string; cause: unknown }) {
    super(`The account ${account} cannot pay the gas of ${label}.`, {
      meta: { account, label },
      hints: [
        "Send it some of the chain's own coin; on the local cloud `npx millrace wallet fund` does so.",
      ],
      docs: 'insufficient-gas',
      cause,
    })
  }
}

/** The outbox gave a transaction up: a stranger used its nonce and the intent is impossible now. */
export class TransactionFailedError extends BaseError {
  readonly code = 'TRANSACTION_FAILED'
  constructor({ txHash, label, failure }: { txHash: TxHash; label: string; failure: ErrorJson }) {
    super(`The transaction ${label} was replaced and cannot be sent again: ${failure.message}`, {
      meta: { txHash, label, failure },
      hints: ['Another program sends from the same account; give each its own.'],
      docs: 'transaction-failed',
    })
  }
}
