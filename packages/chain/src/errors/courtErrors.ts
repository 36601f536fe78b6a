import { contractErrorClass, showTime } from './contractError.ts'

const STATUSES = ['unknown', 'drawing', 'voting', 'decided', 'with its judge', 'closed']
const showStatus = (status: number): string => STATUSES[status] ?? `in status ${status}`

const AppealExistsError = contractErrorClass(
  'AppealExists',
  ({ taskId }) => `The task ${taskId} has been appealed before.`,
  'Appeal its verdict again: millrace appeal open TASK --again.',
)

const AppealWindowClosedError = contractErrorClass(
  'AppealWindowClosed',
  ({ taskId, closedAt, nowAt }) =>
    `The task ${taskId} could be appealed until ${showTime(closedAt)}; it is ${showTime(nowAt)} now.`,
)

const NotSettledError = contractErrorClass(
  'NotSettled',
  ({ taskId }) => `The task ${taskId} did not settle like that.`,
  'Check digest, votes, batch facts and the Merkle proof against BatchSettled and TasksSettled.',
)

const NotRequesterError = contractErrorClass(
  'NotRequester',
  ({ taskId, requester, caller }) =>
    `The task ${taskId} goes to an arbiter, whom only ${requester} may call; the sender is ${caller}.`,
)

const NothingAtStakeError = contractErrorClass(
  'NothingAtStake',
  ({ taskId }) =>
    `Nothing could be taken for the task ${taskId}: the pool gave its word for it, and no stake.`,
  'Ask for trust or for a stake in the next request.',
)

const WrongStatusError = contractErrorClass(
  'WrongStatus',
  ({ taskId, status, needed }) =>
    `The appeal ${taskId} is ${showStatus(status)}, not ${showStatus(needed)}.`,
  'millrace appeal show TASK says what comes next.',
)

const WrongTermsError = contractErrorClass(
  'WrongTerms',
  ({ dealId, expected }) => `These are the terms of deal ${dealId}, not of ${expected}.`,
)

const VoterUnprovenError = contractErrorClass(
  'VoterUnproven',
  ({ taskId, worker }) =>
    `It is not shown that ${worker} voted like that in the batch of ${taskId}.`,
  'Check digest, salt, the commitments around it and the Merkle proof.',
)

const VoterKnownError = contractErrorClass(
  'VoterKnown',
  ({ taskId, worker }) => `The vote of ${worker} on ${taskId} has been shown before.`,
)

const TooManyVotersError = contractErrorClass(
  'TooManyVoters',
  ({ taskId, worker, max }) =>
    `The appeal ${taskId} deals with ${max} voters that said the same as ${worker}, and has them.`,
)

const ChanceMissingError = contractErrorClass(
  'ChanceMissing',
  ({ taskId, juryId }) => `There is no chance yet for jury ${juryId} of the appeal ${taskId}.`,
  'Show the header of the block it waits for, or wait for it.',
)

const NotInTimeError = contractErrorClass(
  'NotInTime',
  ({ taskId, from, until, nowAt }) =>
    `This step of the appeal ${taskId} is possible from ${showTime(from)} until ${showTime(until)}; it is ${showTime(nowAt)} now.`,
)

const NotJurorError = contractErrorClass(
  'NotJuror',
  ({ juryId, caller }) => `${caller} does not sit in the jury ${juryId}.`,
)

const BadBallotError = contractErrorClass(
  'BadBallot',
  ({ juryId, juror, computed, commitment }) =>
    `What ${juror} reveals to jury ${juryId} hashes to ${computed}, but it committed to ${commitment}.`,
  'Reveal the digest and the salt of the last commitment.',
)

const NotJudgeError = contractErrorClass(
  'NotJudge',
  ({ taskId, judge, caller }) =>
    `Only ${judge} may rule on the appeal ${taskId}; the sender is ${caller}.`,
)

const NoSeatError = contractErrorClass(
  'NoSeat',
  ({ juror }) => `${juror} has no seat among the jurors.`,
  'Take one first: a bonded worker may.',
)

const SeatHeldError = contractErrorClass('SeatHeld', ({ juror }) => `${juror} has a seat already.`)

const SeatUnworthyError = contractErrorClass(
  'SeatUnworthy',
  ({ juror, bond, needed, bannedUntil, unbondAt }) =>
    `${juror} cannot take a seat: its bond is ${bond} base units of ${needed}, banned until ${showTime(bannedUntil)}, unbonding at ${showTime(unbondAt)}.`,
  'A juror is a worker that is bonded, not banned and not leaving.',
)

const SeatLeavingAlreadyError = contractErrorClass(
  'SeatLeavingAlready',
  ({ juror, leaveAt }) => `${juror} leaves its seat at ${showTime(leaveAt)} already.`,
)

const SeatWorthyError = contractErrorClass(
  'SeatWorthy',
  ({ juror, bond, stake, needed }) =>
    `${juror} keeps its seat: its bond is ${bond} base units, and of its stake ${stake} are left of ${needed} that a jury asks for.`,
)

const SeatBusyError = contractErrorClass(
  'SeatBusy',
  ({ juror, leaveAt, atRisk }) =>
    `${juror} cannot leave its seat: announced for ${showTime(leaveAt)}, with ${atRisk} base units at risk in open appeals.`,
  'Announce it, wait, and serve what is open.',
)

const SeatStakeShortError = contractErrorClass(
  'SeatStakeShort',
  ({ juror, left, needed }) =>
    `The seat of ${juror} has ${left} base units left to risk, but this needs ${needed}; or it has this duty already.`,
)

const NotSummonedError = contractErrorClass(
  'NotSummoned',
  ({ duty, juror }) => `${juror} has no duty ${duty}.`,
)

const NotCourtError = contractErrorClass(
  'NotCourt',
  ({ caller }) => `${caller} may not summon jurors; only Appeals and the source of chance may.`,
  'Check that all contract addresses belong to one deployment.',
)

const AlreadyAskedError = contractErrorClass(
  'AlreadyAsked',
  ({ key }) => `Chance was asked for under ${key} before.`,
)

const BlockUnknownError = contractErrorClass(
  'BlockUnknown',
  ({ number }) =>
    `The chain does not know the hash of block ${number}: it is yet to come, or more than 256 blocks old.`,
  'Show the header while the chain remembers its hash.',
)

const HeaderMismatchError = contractErrorClass(
  'HeaderMismatch',
  ({ number, computed, expected }) =>
    `The header hashes to ${computed}, but block ${number} is ${expected}.`,
  'Take all fields of the header, in the order of the fork that made it.',
)

const ShortHeaderError = contractErrorClass(
  'ShortHeader',
  () => `The header ends before its prevrandao.`,
)

/** Errors of Appeals, Jurors and the source of chance. */
export const COURT_ERRORS = [
  AppealExistsError,
  AppealWindowClosedError,
  NotSettledError,
  NotRequesterError,
  NothingAtStakeError,
  WrongStatusError,
  WrongTermsError,
  VoterUnprovenError,
  VoterKnownError,
  TooManyVotersError,
  ChanceMissingError,
  NotInTimeError,
  NotJurorError,
  BadBallotError,
  NotJudgeError,
  NoSeatError,
  SeatHeldError,
  SeatUnworthyError,
  SeatLeavingAlreadyError,
  SeatWorthyError,
  SeatBusyError,
  SeatStakeShortError,
  NotSummonedError,
  NotCourtError,
  AlreadyAskedError,
  BlockUnknownError,
  HeaderMismatchError,
  ShortHeaderError,
]
