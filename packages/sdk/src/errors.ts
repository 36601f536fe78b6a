import { BaseError, type Hex32, type Wei } from '@millrace/base'

/** A service of the cloud does not answer; waits and retries are right. */
export class ServiceUnreachableError extends BaseError {
  readonly code = 'SERVICE_UNREACHABLE'
  override readonly retryable = true
  constructor({ url, cause }: { url: string; cause?: unknown }) {
    const origin = URL.canParse(url) ? new URL(url).origin : url
    super(`The service at ${origin} does not answer.`, {
      meta: { url: origin },
      hints: ['Is the cloud running? npx millrace cloud status'],
      docs: 'service-unreachable',
      cause,
    })
  }
}

/** An answer that is not what the service's own schema says. */
export class BadAnswerError extends BaseError {
  readonly code = 'BAD_ANSWER'
  constructor({ url, reason, cause }: { url: string; reason: string; cause?: unknown }) {
    super(`The answer of ${url} is not understood: ${reason}`, {
      meta: { url, reason },
      hints: ['Client and cloud may be of different versions.'],
      docs: 'bad-answer',
      cause,
    })
  }
}

/** No app has this name or id. */
export class UnknownAppError extends BaseError {
  readonly code = 'UNKNOWN_APP'
  constructor({ name, known }: { name: string; known: readonly string[] }) {
    super(`There is no app ${JSON.stringify(name)} in the catalogue.`, {
      meta: { name, known },
      hints: [
        ...(known.length > 0 ? [`Apps on sale: ${known.slice(0, 20).join(', ')}`] : []),
        'A program of your own is named by its file: ./program.wasm, ./program.ts or ./program.js',
      ],
      docs: 'unknown-app',
    })
  }
}

/** Several owners registered apps of this name. */
export class AmbiguousAppError extends BaseError {
  readonly code = 'AMBIGUOUS_APP'
  constructor({ name, assets }: { name: string; assets: readonly string[] }) {
    super(`${assets.length} owners have an app named ${JSON.stringify(name)}.`, {
      meta: { name, assets },
      hints: [`Name the one you trust by its id: ${assets.join(', ')}`],
      docs: 'ambiguous-app',
    })
  }
}

/** The order book holds nothing that fits the request. */
export class NoOfferFitsError extends BaseError {
  readonly code = 'NO_OFFER_FITS'
  constructor({ reasons }: { reasons: readonly { code: string; message: string }[] }) {
    super('No offer of the market fits this request.', {
      meta: { reasons },
      hints:
        reasons.length > 0
          ? [...new Set(reasons.map(({ message }) => message))].slice(0, 8)
          : ['The order book is empty: no app or no pool is on sale.'],
      docs: 'no-offer-fits',
    })
  }
}

/** The free balance in escrow does not cover the order. */
export class NotEnoughMoneyError extends BaseError {
  readonly code = 'NOT_ENOUGH_MONEY'
  constructor({ free, needed }: { free: Wei; needed: Wei }) {
    super(`This costs ${coins(needed)} coins, but only ${coins(free)} are free in escrow.`, {
      meta: { free: free.toString(), needed: needed.toString() },
      hints: [
        'Move coins of the wallet into escrow: npx millrace wallet deposit AMOUNT',
        'On a local cloud coins are free: npx millrace wallet fund',
      ],
      docs: 'not-enough-money',
    })
  }
}

/** The match was mined, but reverted: somebody else took the last of an order first. */
export class MatchFailedError extends BaseError {
  readonly code = 'MATCH_FAILED'
  override readonly retryable = true
  constructor({ txHash }: { txHash: string }) {
    super('The match lost against another one that came first.', {
      meta: { txHash },
      hints: ['Nothing was bought. Ask for a new quote and try again.'],
      docs: 'match-failed',
    })
  }
}

/** A price over what the buyer allows. */
export class PriceAboveLimitError extends BaseError {
  readonly code = 'PRICE_ABOVE_LIMIT'
  constructor({ price, limit, tasks }: { price: Wei; limit: Wei; tasks: number }) {
    super(
      `The cheapest offer costs ${coins(price)} coins for ${tasks} ${tasks === 1 ? 'task' : 'tasks'}, over the limit of ${coins(limit)}.`,
      {
        meta: { price: price.toString(), limit: limit.toString(), tasks },
        hints: [
          `Raise the limit (--max-price ${coins(price)}), ask for fewer tasks, or wait for a cheaper offer.`,
        ],
        docs: 'price-above-limit',
      },
    )
  }
}

/** Bytes, or a record, that do not match the digest on chain. */
export class ResultMismatchError extends BaseError {
  readonly code = 'RESULT_MISMATCH'
  constructor({
    task,
    expected,
    found,
    what,
  }: {
    task: string
    expected: Hex32 | undefined
    found: Hex32
    what: string
  }) {
    super(`${what} of task ${task} is not the one that settled on chain.`, {
      meta: { task, expected, found },
      hints: ['Do not use it. Keep the bytes: they show who served them.'],
      docs: 'result-mismatch',
    })
  }
}

/** The result's bytes are nowhere to be found. */
export class ResultMissingError extends BaseError {
  readonly code = 'RESULT_MISSING'
  override readonly retryable = true
  constructor({ task, cause }: { task: string; cause?: unknown }) {
    super(`The result of task ${task} settled, but its bytes cannot be found in storage.`, {
      meta: { task },
      hints: ['Try again later: npx millrace job get'],
      docs: 'result-missing',
      cause,
    })
  }
}

/** Exact decimal form; the interface's own formatting is in the command line. */
function coins(amount: Wei): string {
  const fraction = (amount % 10n ** 18n).toString().padStart(18, '0').replace(/0+$/, '')
  const whole = (amount / 10n ** 18n).toString()
  return fraction === '' ? whole : `${whole}.${fraction}`
}

/** A sealed file is not what its offer says: nothing was paid. */
export class SealedFileMismatchError extends BaseError {
  readonly code = 'SEALED_FILE_MISMATCH'
  constructor(meta: { field: string; expected: string; found: string }) {
    super(
      `The ${meta.field} of the sealed file is ${meta.found}; its offer says ${meta.expected}.`,
      {
        meta,
        hints: ['Do not buy it: after payment no complaint could be made about such a file.'],
        docs: 'sealed-file-mismatch',
      },
    )
  }
}

/** A chunk opened with the key shown is not the one that was sold. */
export class WrongChunkError extends BaseError {
  readonly code = 'WRONG_CHUNK'
  readonly index: number
  constructor({ offerId, index }: { offerId: Hex32; index: number }) {
    super(`Chunk ${index} of the file is not what was sold.`, {
      meta: { offerId, index },
      hints: [
        'Complain before the window closes and get the price and the deposit of the seller: npx millrace file complain',
      ],
      docs: 'wrong-chunk',
    })
    this.index = index
  }
}

/** A call that was to place a request places none. */
export class CallPlacesNothingError extends BaseError {
  readonly code = 'CALL_PLACES_NOTHING'
  constructor({ to, reason }: { to: string; reason: string | undefined }) {
    super(`The call of ${to} places no request${reason === undefined ? '' : `: ${reason}`}.`, {
      meta: { to, reason },
      hints: [
        'A contract says what it asks for with event RequestPlaced; ComputeBuyer emits it for you.',
      ],
      docs: 'call-places-nothing',
    })
  }
}

/** A simulated call asks for other work in every block, so no run of it can be its answer. */
export class RequestUnsteadyError extends BaseError {
  readonly code = 'REQUEST_UNSTEADY'
  constructor({ to, fields }: { to: string; fields: readonly string[] }) {
    const which = fields.join(', ')
    super(`The call of ${to} asked for other work once its program had run: ${which} changed.`, {
      meta: { to, fields: which },
      hints: ['What it asks for depends on the block; make that an argument of the call.'],
      docs: 'request-unsteady',
    })
  }
}

/** The chain's own record of a settlement does not lead to its result root. */
export class DeliveryUnprovableError extends BaseError {
  readonly code = 'DELIVERY_UNPROVABLE'
  constructor({ deal, index, reason }: { deal: string; index: number; reason: string }) {
    super(`The settlement of task ${index} of deal ${deal} cannot be proven: ${reason}.`, {
      meta: { deal, index, reason },
      hints: ['Votes are read from the settling transaction; it must call Work itself.'],
      docs: 'delivery-unprovable',
    })
  }
}

/** No request order is known for a deal, so nobody can be called back. */
export class RequestUnknownError extends BaseError {
  readonly code = 'REQUEST_UNKNOWN'
  constructor({ request }: { request: string }) {
    super(`The request ${request} was neither placed with RequestPlaced nor matched in the open.`, {
      meta: { request },
      hints: ['Pass the order itself: who placed or signed it has it.'],
      docs: 'request-unknown',
    })
  }
}
