import { contractErrorClass, showSide, showTime } from './contractError.ts'

export const OrderExpiredError = contractErrorClass(
  'OrderExpired',
  ({ orderHash, expiresAt }) => `The order ${orderHash} expired at ${showTime(expiresAt)}.`,
  'Sign a new order with a later expiry, or pick another one from the book.',
)

export const OrderConsumedError = contractErrorClass(
  'OrderConsumed',
  ({ orderHash, volume }) =>
    `The order ${orderHash} has nothing left of its ${volume} tasks, or was cancelled.`,
  'Pick another order from the book, or sign a new one with another salt.',
)

export const BadSignatureError = contractErrorClass(
  'BadSignature',
  ({ orderHash, signer }) => `The signature of order ${orderHash} was not made by ${signer}.`,
  'The order must be signed by the owner of what it offers, for this chain and this Market.',
  'Was any field changed after signing, or has the asset changed hands?',
)

export const NotOrderSignerError = contractErrorClass(
  'NotOrderSigner',
  ({ orderHash, signer, caller }) =>
    `Order ${orderHash} belongs to ${signer}; ${caller} may not place or cancel it.`,
  'Send it from the account that owns what the order offers.',
)

export const WrongAppError = contractErrorClass(
  'WrongApp',
  ({ asked, offered }) => `The request asks for app ${asked}, but the app order offers ${offered}.`,
)

export const WrongDatasetError = contractErrorClass(
  'WrongDataset',
  ({ asked, offered }) =>
    `The request asks for data set ${asked}, but the data set order offers ${offered}.`,
)

export const RestrictedError = contractErrorClass(
  'Restricted',
  ({ side, only, who }) => `The ${showSide(side)} order admits only ${only}, not ${who}.`,
  'Pick an order without this restriction, or ask its owner to admit you.',
)

export const PriceAboveError = contractErrorClass(
  'PriceAbove',
  ({ side, price, max }) =>
    `The ${showSide(side)} costs ${price} base units a task, above the limit of ${max}.`,
  'Raise the limit of the request, or wait for a cheaper order.',
)

const RESOURCES = ['fuel', 'memory', 'disk', 'wall clock time', 'trust', 'stake', 'share in time']

export const BeyondOfferError = contractErrorClass(
  'BeyondOffer',
  ({ what, asked, offered }) =>
    `The request asks for ${RESOURCES[what] ?? `resource ${what}`} ${asked}, but the pool offers ${offered}.`,
  'Ask for less, or pick a pool that offers more: `npx millrace pool ls`.',
)

export const BadDeadlineError = contractErrorClass(
  'BadDeadline',
  ({ deadlineSec, maxSec }) =>
    `The deadline is ${deadlineSec} s after the match, but must be from 1 to ${maxSec} s.`,
)

export const BadMaturityError = contractErrorClass(
  'BadMaturity',
  ({ maturitySec, maxSec }) => `The maturity is ${maturitySec} s, but may be at most ${maxSec} s.`,
)

export const ZeroVolumeError = contractErrorClass(
  'ZeroVolume',
  () => 'The orders have no task in common: a volume is 0.',
)

export const UnknownDealError = contractErrorClass(
  'UnknownDeal',
  ({ dealId }) => `There is no deal ${dealId} on this chain.`,
  'Deal terms must be passed exactly as the deal was opened with.',
)

export const DealClosedError = contractErrorClass(
  'DealClosed',
  ({ dealId }) => `The deal ${dealId} is closed: it was settled in full or expired.`,
)

export const DealNotExpiredError = contractErrorClass(
  'DealNotExpired',
  ({ dealId, expirableAt, nowAt }) =>
    `The deal ${dealId} can be expired after ${showTime(expirableAt)}; it is ${showTime(nowAt)} now.`,
  'Wait until then: batches committed in time may still settle.',
)

export const TaskOutOfRangeError = contractErrorClass(
  'TaskOutOfRange',
  ({ dealId, index, volume }) =>
    `The deal ${dealId} has tasks 0 to ${volume - 1}; there is no task ${index}.`,
)

export const TaskAlreadySettledError = contractErrorClass(
  'TaskAlreadySettled',
  ({ dealId, index }) => `Task ${index} of deal ${dealId} is settled already.`,
  'Leave it out of the batch: a task is paid once.',
)

export const NotWorkError = contractErrorClass(
  'NotWork',
  ({ caller }) => `${caller} may not settle tasks; only the contract Work may.`,
  'Check that all contract addresses belong to one deployment.',
)

export const PricingFailedError = contractErrorClass(
  'PricingFailed',
  ({ side, pricing }) =>
    `The contract ${pricing}, which quotes the price of the ${showSide(side)}, gave no answer.`,
  'Pick another order, or ask its owner: only this order is affected.',
)

export const TooLittleTimeError = contractErrorClass(
  'TooLittleTime',
  ({ deadlineSec, neededSec }) =>
    `With what it took on before, the pool needs up to ${neededSec} s for these tasks; the deadline is at ${deadlineSec} s.`,
  'Ask for a deadline as long as that, for fewer tasks at once or shorter slots, or pick a faster pool.',
)

export const TooSlowError = contractErrorClass(
  'TooSlow',
  ({ askedSec, offeredSec }) =>
    offeredSec === 0n
      ? `The request asks for tasks within ${askedSec} s, but the pool promises no time.`
      : `The request asks for tasks within ${askedSec} s, but with what waits before them the pool promises ${offeredSec} s.`,
  'Allow more time a task, ask for fewer tasks at once, or pick another pool.',
)

export const SlotsTooFarError = contractErrorClass(
  'SlotsTooFar',
  ({ slotSec, maxSec }) =>
    `Tasks that start ${slotSec} s apart would leave the pool's slots idle, which are booked all the same: at most ${maxSec} s apart.`,
  'Let tasks start closer together, or pick an offer with fewer slots or longer tasks.',
)

export const UnboundedStakeError = contractErrorClass(
  'UnboundedStake',
  ({ stake, taskSec, slots }) =>
    `The pool's order puts up ${stake} a task, but says ${taskSec === 0 ? 'no taskSec' : `${taskSec} s a task`} and ${slots === 0 ? 'no slots' : `${slots} slots`}.`,
  'An order with a stake needs taskSec (the longest that a task takes) and slots (how many run at once), both above 0.',
)

export const BadSlaError = contractErrorClass(
  'BadSla',
  ({ slaBps }) =>
    `A share of ${slaBps} basis points of the tasks in time is more than all of them.`,
)

export const NotReplicableError = contractErrorClass(
  'NotReplicable',
  ({ app, minOdds, arbiter }) =>
    `Runs of app ${app} cannot be compared, so its results go by the pool's word and an arbiter; asked are odds ${minOdds} and arbiter ${arbiter}.`,
  'Ask for trust 0 by name, and name an arbiter.',
)

export const ArbiterUnwantedError = contractErrorClass(
  'ArbiterUnwanted',
  ({ arbiter, stake }) =>
    `The request names the arbiter ${arbiter}, but the pool's offer puts up ${stake} base units a task for anybody.`,
  'Take an offer without a stake, or one that names the requester.',
)

export const BadDeterminismError = contractErrorClass(
  'BadDeterminism',
  ({ determinism }) =>
    `The app order has determinism ${determinism}, but only 0 to 3 have a meaning.`,
)

export const WrongAdError = contractErrorClass(
  'WrongAd',
  ({ side, expected, found }) =>
    `The ad of the ${showSide(side)} order hashes to ${found}, but the order names ${expected}.`,
  'Send the bytes that the order was signed with; an order without an ad comes with none.',
)

export const RequirementsNotMetError = contractErrorClass(
  'RequirementsNotMet',
  ({ poolAd, requestAd }) =>
    `The requirements of the ads ${poolAd} (pool) and ${requestAd} (request) are not both true.`,
  '`npx millrace explain` says which part of a requirement is not met.',
)

export const StakeExceededError = contractErrorClass(
  'StakeExceeded',
  ({ dealId, amount, left }) =>
    `Of the stake for spoiled tasks of deal ${dealId} ${amount} should be paid out, but ${left} is left.`,
)

export const NotAppealsError = contractErrorClass(
  'NotAppeals',
  ({ caller }) => `${caller} may not take stake of a deal; only the contract Appeals may.`,
  'Check that all contract addresses belong to one deployment.',
)
