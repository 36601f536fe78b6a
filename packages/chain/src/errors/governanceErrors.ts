import { contractErrorClass, shortString } from './contractError.ts'

// Errors of the governor and the timelock, most of them OpenZeppelin's.

export const GovernorAlreadyCastVoteError = contractErrorClass(
  'GovernorAlreadyCastVote',
  ({ voter }) => `${voter} has voted on this proposal already.`,
  'A vote cannot be changed.',
)

export const GovernorAlreadyQueuedProposalError = contractErrorClass(
  'GovernorAlreadyQueuedProposal',
  ({ proposalId }) => `The proposal ${showId(proposalId)} is in the queue already.`,
)

export const GovernorDisabledDepositError = contractErrorClass(
  'GovernorDisabledDeposit',
  () => 'The governor holds no money; what governance owns lies in the timelock.',
  'Send it to the timelock.',
)

export const GovernorInsufficientProposerVotesError = contractErrorClass(
  'GovernorInsufficientProposerVotes',
  ({ proposer, votes, threshold }) =>
    `${proposer} has ${votes} votes, but a proposer needs ${threshold}.`,
  'Tokens vote once they are delegated, also to oneself: `npx millrace gov delegate`.',
  'Tokens in escrow do not vote: withdraw them first.',
)

export const GovernorInvalidProposalLengthError = contractErrorClass(
  'GovernorInvalidProposalLength',
  ({ targets, calldatas, values }) =>
    `A proposal of ${targets} targets, ${calldatas} calls and ${values} amounts is no list of calls.`,
  'Give one of each for every call, and at least one.',
)

export const GovernorInvalidQuorumFractionError = contractErrorClass(
  'GovernorInvalidQuorumFraction',
  ({ quorumNumerator, quorumDenominator }) =>
    `A quorum of ${quorumNumerator} parts of ${quorumDenominator} is more than all votes.`,
)

export const GovernorInvalidSignatureError = contractErrorClass(
  'GovernorInvalidSignature',
  ({ voter }) => `The signed vote is not one of ${voter}.`,
  'Was another vote of the same account cast by signature meanwhile? Then sign again.',
)

export const GovernorInvalidVoteParamsError = contractErrorClass(
  'GovernorInvalidVoteParams',
  () => 'A vote carries no parameters here.',
)

export const GovernorInvalidVoteTypeError = contractErrorClass(
  'GovernorInvalidVoteType',
  () => 'A vote is 0 (against), 1 (for) or 2 (abstain).',
)

export const GovernorInvalidVotingPeriodError = contractErrorClass(
  'GovernorInvalidVotingPeriod',
  ({ votingPeriod }) => `A vote cannot last ${votingPeriod} seconds.`,
)

export const GovernorNonexistentProposalError = contractErrorClass(
  'GovernorNonexistentProposal',
  ({ proposalId }) => `There is no proposal ${showId(proposalId)}.`,
  '`npx millrace gov ls` names them.',
)

export const GovernorNotQueuedProposalError = contractErrorClass(
  'GovernorNotQueuedProposal',
  ({ proposalId }) => `The proposal ${showId(proposalId)} is not in the queue.`,
  'Queue it when the vote has succeeded.',
)

export const GovernorOnlyExecutorError = contractErrorClass(
  'GovernorOnlyExecutor',
  ({ account }) => `${account} may not change the rules of votes; only a proposal may.`,
  'Propose the change: `npx millrace gov propose`.',
)

export const GovernorQueueNotImplementedError = contractErrorClass(
  'GovernorQueueNotImplemented',
  () => 'This governor has no queue.',
)

export const GovernorRestrictedProposerError = contractErrorClass(
  'GovernorRestrictedProposer',
  ({ proposer }) => `${proposer} may not make this proposal: its text names another proposer.`,
  'Leave out #proposer=, or put your own address there.',
)

export const GovernorUnableToCancelError = contractErrorClass(
  'GovernorUnableToCancel',
  ({ proposalId, account }) => `${account} cannot take back the proposal ${showId(proposalId)}.`,
  'Only its proposer can, and only until the vote begins.',
)

export const GovernorUnexpectedProposalStateError = contractErrorClass(
  'GovernorUnexpectedProposalState',
  ({ proposalId, current }) =>
    `The proposal ${showId(proposalId)} is ${showState(current)}, so this cannot be done with it now.`,
  '`npx millrace gov show ID` tells what comes next.',
)

export const RuleOutOfBoundsError = contractErrorClass(
  'RuleOutOfBounds',
  ({ rule, value, least, most }) =>
    `The rule ${shortString(rule)} cannot be ${value}; it must be from ${least} to ${most}.`,
  'No vote moves a rule of votes out of its bounds: docs/protocol/governance.md.',
)

export const AccessControlBadConfirmationError = contractErrorClass(
  'AccessControlBadConfirmation',
  () => 'A role is given up only by the account that holds it.',
)

export const AccessControlUnauthorizedAccountError = contractErrorClass(
  'AccessControlUnauthorizedAccount',
  ({ account, neededRole }) => `${account} does not hold the role ${neededRole} of the timelock.`,
  'Only the governor schedules and cancels: propose instead, `npx millrace gov propose`.',
)

export const DelayOutOfBoundsError = contractErrorClass(
  'DelayOutOfBounds',
  ({ delay, least, most }) =>
    `The timelock cannot wait ${delay} seconds; it must be from ${least} to ${most}.`,
)

export const FailedCallError = contractErrorClass(
  'FailedCall',
  () => 'A call of the proposal failed without saying why.',
  "Try the call alone, from the timelock's address.",
)

export const TimelockInsufficientDelayError = contractErrorClass(
  'TimelockInsufficientDelay',
  ({ delay, minDelay }) =>
    `A delay of ${delay} seconds is shorter than the timelock's ${minDelay}.`,
)

export const TimelockInvalidOperationLengthError = contractErrorClass(
  'TimelockInvalidOperationLength',
  ({ targets, payloads, values }) =>
    `An operation of ${targets} targets, ${payloads} calls and ${values} amounts is no list of calls.`,
  'Give one of each for every call.',
)

export const TimelockUnauthorizedCallerError = contractErrorClass(
  'TimelockUnauthorizedCaller',
  ({ caller }) => `${caller} may not change the timelock's delay; only a proposal may.`,
)

export const TimelockUnexecutedPredecessorError = contractErrorClass(
  'TimelockUnexecutedPredecessor',
  ({ predecessorId }) => `The operation ${predecessorId} must be carried out first.`,
)

export const TimelockUnexpectedOperationStateError = contractErrorClass(
  'TimelockUnexpectedOperationState',
  ({ operationId }) =>
    `The operation ${operationId} of the timelock is not in the state that this needs.`,
  'Is its delay over? `npx millrace gov show ID` tells when.',
)

/** As the command line shows ids: 78 digits help nobody. */
const showId = (proposalId: bigint): string => `0x${proposalId.toString(16)}`

const STATES = [
  'pending',
  'active',
  'cancelled',
  'defeated',
  'succeeded',
  'queued',
  'expired',
  'executed',
]
const showState = (state: number): string => STATES[state] ?? `in state ${state}`
