import { BaseError, show } from '@millrace/base'

type SyntaxProblem = {
  /** Offset of the first character that does not fit. */
  position: number
  expected: string
  /** What stands there instead, as written; empty at the end of the text. */
  found: string
  hint?: string | undefined
}

/** A ClassAd or an expression that cannot be read. */
export class ClassAdSyntaxError extends BaseError {
  readonly code = 'CLASS_AD_SYNTAX'
  readonly position: number
  constructor({ position, expected, found, hint }: SyntaxProblem) {
    const there = found === '' ? 'the end of the text' : show(found)
    super(`ClassAd: at position ${position} is ${there}, but must be ${expected}.`, {
      meta: { position, found, expected },
      hints: hint === undefined ? [] : [hint],
      docs: 'class-ad-syntax',
    })
    this.position = position
  }
}

/** A ClassAd or an expression beyond a limit of its size. */
export class ClassAdTooLargeError extends BaseError {
  readonly code = 'CLASS_AD_TOO_LARGE'
  constructor({ field, value, limit }: { field: string; value: number; limit: number }) {
    super(`ClassAd: ${field} is ${value}, but may be at most ${limit}.`, {
      meta: { field, value, limit },
      hints: ['Split the expression into attributes, or leave out what no other ad asks for.'],
      docs: 'class-ad-too-large',
    })
  }
}
