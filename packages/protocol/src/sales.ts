import type { Address, Hex32, Seconds, UnixSeconds, Wei } from '@millrace/base'

/** Terms of one piece of work on sale, as Services takes them. Each window starts when the stage before it ends. */
export type ServiceOffer = {
  provider: Address
  /** Names the offer among those of its provider; used once. */
  nonce: bigint
  /** Who may buy; the zero address: anybody. */
  buyer: Address
  /** Rules on a refusal that the provider appeals. */
  arbiter: Address
  /** sha256 of the description of what is to be done. */
  task: Hex32
  price: Wei
  /** Of the provider: lost if nothing is delivered, or as far as the work is found wanting. */
  stake: Wei
  /** Locked by both sides; a ruling pays it to the arbiter once. */
  fee: Wei
  acceptUntil: UnixSeconds
  deliverSec: Seconds
  reviewSec: Seconds
  appealSec: Seconds
  rulingSec: Seconds
  /** How long what the provider earned takes to come free. */
  maturitySec: Seconds
}

/** Where a sale of a file or a service stands, in the order of the contract's numbers. */
export const SALE_STAGES = [
  'none',
  'offered',
  'accepted',
  'delivered',
  'refused',
  'appealed',
  'ended',
] as const
export type SaleStage = (typeof SALE_STAGES)[number]

/** How a sale ended, in the order of the contract's numbers. */
export const SALE_OUTCOMES = [
  'none',
  'lapsed',
  'withheld',
  'faulty',
  'sold',
  'ruled',
  'undecided',
] as const
export type SaleOutcome = (typeof SALE_OUTCOMES)[number]
