import { contractErrorClass, showTime } from './contractError.ts'

const SealExpiredError = contractErrorClass(
  'SealExpired',
  ({ worker, commitBy, committedAt }) =>
    `The worker ${worker} sealed for a commit until ${showTime(commitBy)}, but its batch was committed at ${showTime(committedAt)}.`,
  'Commit a batch before the first of its deals ends.',
)

const TaskNotStartedError = contractErrorClass(
  'TaskNotStarted',
  ({ dealId, index, startsAt }) =>
    `Task ${index} of deal ${dealId} starts at ${showTime(startsAt)}; it was done before.`,
  'The slots of a lease are done one after the other.',
)

const RevealWindowOpenError = contractErrorClass(
  'RevealWindowOpen',
  ({ pool, nonce, closesAt }) =>
    `Workers of batch ${nonce} of pool ${pool} may reveal until ${showTime(closesAt)}; until then nobody is absent.`,
  'Settle again after that time.',
)

const RevealedOnChainError = contractErrorClass(
  'RevealedOnChain',
  ({ pool, nonce, worker }) =>
    `The worker ${worker} has revealed its part of batch ${nonce} of pool ${pool} on chain; it is not absent.`,
  'Its record is in the event RevealForced: settle with it.',
)

const OneRecordExpectedError = contractErrorClass(
  'OneRecordExpected',
  ({ records }) => `Records of ${records} workers were given where one is expected.`,
  'Reveal or claim for one worker at a time.',
)

const RevealWindowClosedError = contractErrorClass(
  'RevealWindowClosed',
  ({ pool, nonce, closedAt }) =>
    `Workers of batch ${nonce} of pool ${pool} could reveal on chain until ${showTime(closedAt)}.`,
  'The pool can still take the reveal and settle with it.',
)

const AlreadyRevealedError = contractErrorClass(
  'AlreadyRevealed',
  ({ pool, nonce, worker }) =>
    `The worker ${worker} has revealed its part of batch ${nonce} of pool ${pool} on chain before.`,
)

const NotInBatchError = contractErrorClass(
  'NotInBatch',
  ({ pool, nonce, worker }) =>
    `The proof does not lead from the part of worker ${worker} to the root of batch ${nonce} of pool ${pool}.`,
  'Without a proof it can be revealed all the same; then it is not counted.',
)

const TooManyCountedError = contractErrorClass(
  'TooManyCounted',
  ({ dealId, index }) =>
    `All 255 shares in task ${index} of deal ${dealId} are taken by workers that revealed it.`,
  'Reveal without the place in the batch: that protects, but has no share in a forfeit.',
)

const DuplicateTaskError = contractErrorClass(
  'DuplicateTask',
  ({ dealId, index }) => `Task ${index} of deal ${dealId} is in the reveal twice, or out of order.`,
  'One part a deal, with ascending indexes.',
)

const NotDroppedError = contractErrorClass(
  'NotDropped',
  ({ pool, nonce }) =>
    `The pool ${pool} has not committed a batch ${nonce} with this root, or it was settled.`,
)

const SettleWindowOpenError = contractErrorClass(
  'SettleWindowOpen',
  ({ pool, nonce, closesAt }) =>
    `The batch ${nonce} of pool ${pool} may still settle until ${showTime(closesAt)}.`,
  'Claim after that time.',
)

const NotRevealedError = contractErrorClass(
  'NotRevealed',
  ({ pool, nonce, worker }) =>
    `The worker ${worker} has not revealed this part of batch ${nonce} of pool ${pool} on chain with its proof.`,
  'Only who revealed in the reveal window, with a proof, has a claim.',
)

const AlreadyClaimedError = contractErrorClass(
  'AlreadyClaimed',
  ({ subject, worker }) =>
    `This was claimed before; the claim of ${worker} on ${subject} comes too late or twice.`,
)

const NothingToClaimError = contractErrorClass(
  'NothingToClaim',
  ({ pool, nonce, worker }) =>
    `There is no stake left that the worker ${worker} could claim of batch ${nonce} of pool ${pool}.`,
)

const NotCommittedToError = contractErrorClass(
  'NotCommittedTo',
  ({ taskId, worker }) =>
    `The receipt holds no such commitment of worker ${worker} to the task ${taskId}.`,
  'Digest and salt must be those committed to.',
)

const BadReceiptError = contractErrorClass(
  'BadReceipt',
  ({ pool, signer }) =>
    `The receipt was signed by ${signer}, who was no operator of the pool ${pool}.`,
)

const ReceiptExpiredError = contractErrorClass(
  'ReceiptExpired',
  ({ until, committedAt }) =>
    `The receipt binds the pool until ${showTime(until)}, but the batch was committed at ${showTime(committedAt)}.`,
)

const NotSettledThereError = contractErrorClass(
  'NotSettledThere',
  ({ taskId, pool, nonce }) =>
    `The task ${taskId} is not shown to be settled in batch ${nonce} of pool ${pool}.`,
  'Facts come from the event BatchSettled.',
)

const NotOmittedError = contractErrorClass(
  'NotOmitted',
  ({ pool, nonce, worker }) =>
    `The leaves shown do not prove that the worker ${worker} is missing from batch ${nonce} of pool ${pool}.`,
  'They must lie next to each other, below and above the worker.',
)

const NotClaimsError = contractErrorClass(
  'NotClaims',
  ({ caller }) => `${caller} may not take stake of a deal; only the contract Claims may.`,
  'Check that all contract addresses belong to one deployment.',
)

/** Errors of Reveals and Claims, and those of Work and Market about them. */
export const CLAIMS_ERRORS = [
  SealExpiredError,
  TaskNotStartedError,
  RevealWindowOpenError,
  RevealedOnChainError,
  OneRecordExpectedError,
  RevealWindowClosedError,
  AlreadyRevealedError,
  NotInBatchError,
  TooManyCountedError,
  DuplicateTaskError,
  NotDroppedError,
  SettleWindowOpenError,
  NotRevealedError,
  AlreadyClaimedError,
  NothingToClaimError,
  NotCommittedToError,
  BadReceiptError,
  ReceiptExpiredError,
  NotSettledThereError,
  NotOmittedError,
  NotClaimsError,
]
