import { BaseError } from '@millrace/base'

/** Something of the full language that the byte code does not have. */
export class ClassAdNotOnChainError extends BaseError {
  readonly code = 'CLASS_AD_NOT_ON_CHAIN'
  /** Offset in the text of the ad or expression. */
  readonly position: number
  constructor({
    construct,
    position,
    hint,
  }: { construct: string; position: number; hint: string }) {
    super(`ClassAd: ${construct} at position ${position} cannot be evaluated on chain.`, {
      meta: { construct, position },
      hints: [hint],
      docs: 'class-ad-not-on-chain',
    })
    this.position = position
  }
}
