import { contractErrorClass, showTime } from './contractError.ts'

const STAGES = ['unknown', 'offered', 'accepted', 'delivered', 'refused', 'appealed', 'over']

export const UnknownOfferError = contractErrorClass(
  'UnknownOffer',
  ({ offerId }) => `There is no open sale ${offerId} with these terms.`,
  'It may be over, or the terms differ from those that were offered.',
)

export const OfferUsedError = contractErrorClass(
  'OfferUsed',
  ({ offerId }) => `The seller has used the nonce of offer ${offerId} before.`,
  'Offer again with a fresh nonce.',
)

export const WrongStageError = contractErrorClass(
  'WrongStage',
  ({ offerId, stage }) =>
    `The sale ${offerId} is ${STAGES[stage] ?? stage}: this is not its next step.`,
)

export const TooLateError = contractErrorClass(
  'TooLate',
  ({ offerId, until, nowAt }) =>
    `This step of sale ${offerId} was possible before ${showTime(until)}; it is ${showTime(nowAt)} now.`,
  'What is left is to end the sale, which anybody may.',
)

export const TooEarlyError = contractErrorClass(
  'TooEarly',
  ({ offerId, until, nowAt }) =>
    `The sale ${offerId} can be ended from ${showTime(until)} on; it is ${showTime(nowAt)} now.`,
)

export const NotPartyError = contractErrorClass(
  'NotParty',
  ({ offerId, caller, party }) =>
    `This step of sale ${offerId} is for ${party}, not for ${caller}.`,
)

export const WindowOutOfBoundsError = contractErrorClass(
  'WindowOutOfBounds',
  ({ valueSec, minSec, maxSec }) =>
    `A window of the offer is ${valueSec} s, but must be from ${minSec} to ${maxSec} s.`,
)

export const DepositTooSmallError = contractErrorClass(
  'DepositTooSmall',
  ({ deposit, min }) =>
    `The deposit of the seller is ${deposit}, but must be ${min} base units or more.`,
  'It is a tenth of the price at least.',
)

export const SizeOutOfBoundsError = contractErrorClass(
  'SizeOutOfBounds',
  ({ sizeBytes, min, max }) =>
    `The file has ${sizeBytes} bytes, but must have from ${min} to ${max}.`,
)

export const ChunkSizeOutOfBoundsError = contractErrorClass(
  'ChunkSizeOutOfBounds',
  ({ chunkBytes, min, max }) =>
    `The chunks have ${chunkBytes} bytes, but must have from ${min} to ${max}.`,
  'A complaint carries one chunk in a transaction.',
)

export const WrongKeyError = contractErrorClass(
  'WrongKey',
  ({ offerId }) => `The key is not the one that the seller of ${offerId} bound itself to.`,
)

export const ChunkNotCommittedError = contractErrorClass(
  'ChunkNotCommitted',
  ({ offerId, index }) => `The seller of ${offerId} is not bound to this chunk at place ${index}.`,
)

export const ChunkCorrectError = contractErrorClass(
  'ChunkCorrect',
  ({ offerId, index }) =>
    `Chunk ${index} of ${offerId} is what was sold: there is nothing to complain about.`,
)

export const NoArbiterError = contractErrorClass(
  'NoArbiter',
  ({ provider, nonce }) => `The offer ${nonce} of ${provider} names no arbiter.`,
  'Somebody must be able to rule when the buyer refuses the work.',
)

export const ShareOutOfBoundsError = contractErrorClass(
  'ShareOutOfBounds',
  ({ providerBps, max }) =>
    `The share of the provider is ${providerBps}, but must be ${max} or less.`,
)
