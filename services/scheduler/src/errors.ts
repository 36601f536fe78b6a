import { type Address, BaseError } from '@millrace/base'

/** The pool's account may not commit or settle for the pool. */
export class NotPoolOperatorError extends BaseError {
  readonly code = 'NOT_POOL_OPERATOR'
  constructor({ pool, account }: { pool: Address; account: Address }) {
    super(`The account ${account} is neither the owner nor an operator of the pool ${pool}.`, {
      meta: { pool, account },
      hints: ['Let the owner of the pool call setOperator for this account, or use its account.'],
      docs: 'not-pool-operator',
    })
  }
}

/** Another process leads the pool now and writes its journal. */
export class LeadershipLostError extends BaseError {
  readonly code = 'LEADERSHIP_LOST'
  constructor({ pool }: { pool: Address }) {
    super(`Another process has taken over the pool ${pool}.`, {
      meta: { pool },
      hints: ['This process stops; start it again to have it stand by.'],
      docs: 'leadership-lost',
    })
  }
}

/** The address cannot be listened on. */
export class ListenError extends BaseError {
  readonly code = 'LISTEN_FAILED'
  constructor({ host, port, cause }: { host: string; port: number; cause: Error }) {
    super(`Cannot listen on ${host}:${port}: ${cause.message}.`, {
      meta: { host, port },
      hints: ['Is another program using this port? Choose another one, or 0 for any free one.'],
      docs: 'listen-failed',
      cause,
    })
  }
}

/** Somebody asks for what this pool does not have. */
export class NotKnownError extends BaseError {
  readonly code = 'NOT_KNOWN'
  constructor({ what, id, hint }: { what: string; id: string; hint: string }) {
    super(`This pool knows no ${what} ${id}.`, {
      meta: { what, id },
      hints: [hint],
      docs: 'not-known',
    })
  }
}
