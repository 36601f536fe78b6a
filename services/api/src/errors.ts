import { BaseError } from '@millrace/base'

/** Nothing of that name. */
export class NotFoundError extends BaseError {
  readonly code = 'NOT_FOUND'
  constructor({ what, id, hints = [] }: { what: string; id: string; hints?: string[] }) {
    super(`There is no ${what} ${id}.`, { meta: { what, id }, hints, docs: 'not-found' })
  }
}

/** The order was cancelled on chain; its hash can never be used again. */
export class OrderCancelledError extends BaseError {
  readonly code = 'ORDER_CANCELLED'
  constructor({ orderHash }: { orderHash: string }) {
    super(`The order ${orderHash} was cancelled by its signer.`, {
      meta: { orderHash },
      hints: ['Sign a new order with another salt.'],
      docs: 'order-cancelled',
    })
  }
}

/** One signer has as many open orders as the book takes from one. */
export class TooManyOrdersError extends BaseError {
  readonly code = 'TOO_MANY_ORDERS'
  constructor({ signer, max }: { signer: string; max: number }) {
    super(`The account ${signer} already has ${max} open orders in the book.`, {
      meta: { signer, max },
      hints: ['Cancel some, let them expire, or use one order with a larger volume.'],
      docs: 'too-many-orders',
    })
  }
}

/** The caller sends more than a fair share of requests. */
export class RateLimitedError extends BaseError {
  readonly code = 'RATE_LIMITED'
  override readonly retryable = true
  constructor({ retryAfterSec }: { retryAfterSec: number }) {
    super(`Too many requests; try again in ${retryAfterSec} s.`, {
      meta: { retryAfterSec },
      hints: ['Listen to GET /events instead of asking again and again.'],
      docs: 'rate-limited',
    })
  }
}

/** A body over the limit. */
export class BodyTooLargeError extends BaseError {
  readonly code = 'BODY_TOO_LARGE'
  constructor({ maxBytes }: { maxBytes: number }) {
    super(`The body of a request may have at most ${maxBytes} bytes.`, {
      meta: { maxBytes },
      hints: ['Data belongs in storage; orders only name it by its content id.'],
      docs: 'body-too-large',
    })
  }
}

/** The tables did not reach the block asked for in time. */
export class IndexBehindError extends BaseError {
  readonly code = 'INDEX_BEHIND'
  override readonly retryable = true
  constructor({ minBlock, indexedBlock }: { minBlock: number; indexedBlock: number }) {
    super(`The index stands at block ${indexedBlock}, not yet at ${minBlock}.`, {
      meta: { minBlock, indexedBlock },
      hints: ['Ask again. If it does not move, GET /healthz says why.'],
      docs: 'index-behind',
    })
  }
}
