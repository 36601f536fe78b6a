import { contractErrorClass, showTime } from './contractError.ts'

export const NotOperatorError = contractErrorClass(
  'NotOperator',
  ({ pool, caller }) => `${caller} is neither owner nor operator of the pool ${pool}.`,
  "The pool's owner can admit it with setOperator.",
)

export const NonceUsedError = contractErrorClass(
  'NonceUsed',
  ({ pool, nonce }) => `The pool ${pool} has committed a batch ${nonce} before.`,
  'A batch is named once; take the next number.',
)

export const BatchNotCommittedError = contractErrorClass(
  'BatchNotCommitted',
  ({ pool, nonce }) =>
    `The batch ${nonce} of pool ${pool} is not committed, or was committed at another time or settled already.`,
  'Wait until commitBatch is final and pass committedAt as its event tells it.',
)

export const RootMismatchError = contractErrorClass(
  'RootMismatch',
  ({ computed, committed }) =>
    `The votes give the root ${computed}, but ${committed} was committed.`,
  'Every sealed worker must be there, with the digests and the seed it committed to.',
)

export const SettleWindowClosedError = contractErrorClass(
  'SettleWindowClosed',
  ({ pool, nonce, closedAt }) =>
    `The batch ${nonce} of pool ${pool} had to settle before ${showTime(closedAt)}.`,
  'Its tasks can only be expired now, which refunds the requester.',
)

export const CommittedTooLateError = contractErrorClass(
  'CommittedTooLate',
  ({ dealId, committedAt, expiresAt }) =>
    `The work on deal ${dealId} came at ${showTime(committedAt)}, after its end at ${showTime(expiresAt)}.`,
  'Leave the tasks of this deal out of the batch.',
)

export const WrongPoolError = contractErrorClass(
  'WrongPool',
  ({ dealId, pool, expected }) =>
    `The deal ${dealId} was made with pool ${expected}, not with ${pool}.`,
)

export const TrustRequiredError = contractErrorClass(
  'TrustRequired',
  ({ dealId, minOdds }) =>
    `The deal ${dealId} asks for odds of ${minOdds}; the pool's word is not enough for it.`,
  'Settle it with commitBatch and settleBatch.',
)

export const BadEncodingError = contractErrorClass(
  'BadEncoding',
  ({ offset }) => `The packed votes cannot be read from byte ${offset} on.`,
  'Encode them with encodeTasks and encodeWorkers of @millrace/protocol.',
)

export const WorkersNotAscendingError = contractErrorClass(
  'WorkersNotAscending',
  ({ previous, next }) =>
    `The worker ${next} stands after ${previous}, but workers must be in ascending order.`,
)

export const SlotsNotAscendingError = contractErrorClass(
  'SlotsNotAscending',
  ({ worker, previous, next }) =>
    `The worker ${worker} votes on slot ${next} after slot ${previous}, but slots must ascend.`,
)

export const BadSlotError = contractErrorClass(
  'BadSlot',
  ({ worker, slot, variant }) =>
    `The worker ${worker} votes for digest ${variant} of slot ${slot}, which is not in the batch.`,
)

export const BadSealError = contractErrorClass(
  'BadSeal',
  ({ worker, recovered }) =>
    `The seal of worker ${worker} was signed by ${recovered}, or over other commitments.`,
  'Votes, seed and batch number must be those that the worker sealed.',
)

export const WorkerNotBondedError = contractErrorClass(
  'WorkerNotBonded',
  ({ worker, bond, needed }) =>
    `The worker ${worker} has a bond of ${bond} base units, but needs ${needed} to vote.`,
  'Bond more with `bond`; a worker that is unbonding cannot vote.',
)

export const WorkerBannedError = contractErrorClass(
  'WorkerBanned',
  ({ worker, bannedUntil }) => `The worker ${worker} is banned until ${showTime(bannedUntil)}.`,
)

export const NotCredibleError = contractErrorClass(
  'NotCredible',
  ({ dealId, index, odds, against }) =>
    `Task ${index} of deal ${dealId} has odds of ${odds} for its result and ${against} against it: less than was asked.`,
  'Have more workers run the task, or workers with a longer record.',
)

export const EmptyBatchError = contractErrorClass(
  'EmptyBatch',
  () => 'The batch has no task or no worker.',
)

export const DigestsNotAscendingError = contractErrorClass(
  'DigestsNotAscending',
  ({ dealId, index }) =>
    `Task ${index} of deal ${dealId} lists its digests out of order, or one of them twice.`,
  'List each digest once, ascending; votes name them by their places.',
)

export const OneDigestExpectedError = contractErrorClass(
  'OneDigestExpected',
  ({ tasks, digests }) =>
    `The batch settles ${tasks} tasks with ${digests} digests; on trust each has exactly one.`,
)

export const SlotCoveredTwiceError = contractErrorClass(
  'SlotCoveredTwice',
  ({ slot }) => `Two payees are named for slot ${slot} of the batch.`,
)

export const SlotNotCoveredError = contractErrorClass(
  'SlotNotCovered',
  ({ slot }) => `No payee is named for slot ${slot} of the batch.`,
)
