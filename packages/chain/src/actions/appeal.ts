import type { Hex32, ResultDigest, TaskId, TxHash } from '@millrace/base'
import type {
  BatchFacts,
  DealTerms,
  RequestOrder,
  ResultClaim,
  VoteProof,
} from '@millrace/protocol'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { type WriteFunction, writeContract } from './writeContract.ts'

/**
 * Appeals a settled task inside its maturity window; the bond is locked of the sender's free balance.
 *
 * @param parameters.voters - Votes to show at once, so that their shares are held.
 * @throws {AppealWindowClosedError} `APPEAL_WINDOW_CLOSED`
 * @throws {AppealExistsError} `APPEAL_EXISTS`
 * @throws {NotSettledError} `NOT_SETTLED`
 * @see contracts/src/interfaces/IAppeals.sol openAppeal
 */
export function openAppeal(
  client: WriteClient,
  parameters: {
    terms: DealTerms
    request: RequestOrder
    claim: ResultClaim
    voters: readonly VoteProof[]
  },
  options?: SendOptions,
): Promise<TxHash> {
  const { terms, request, claim, voters } = parameters
  return write(client, 'openAppeal', [terms, request, claim, voters], options)
}

/**
 * Shows votes on an appealed task: shares of those that agreed are held, honest dissenters can be restored.
 *
 * @throws {VoterUnprovenError} `VOTER_UNPROVEN`
 * @see contracts/src/interfaces/IAppeals.sol showVoters
 */
export function showVoters(
  client: WriteClient,
  parameters: {
    taskId: TaskId
    terms: DealTerms
    facts: BatchFacts
    voters: readonly VoteProof[]
  },
  options?: SendOptions,
): Promise<TxHash> {
  const { taskId, terms, facts, voters } = parameters
  return write(client, 'showVoters', [taskId, terms, facts, voters], options)
}

/**
 * Draws the jury that was asked for, once the source has its number.
 *
 * @throws {ChanceMissingError} `CHANCE_MISSING`
 * @see contracts/src/interfaces/IAppeals.sol drawJury
 */
export function drawAppealJury(
  client: WriteClient,
  { taskId }: { taskId: TaskId },
  options?: SendOptions,
): Promise<TxHash> {
  return write(client, 'drawJury', [taskId], options)
}

/**
 * Binds a juror to what it found; `commitment` from `juryBallot` of @millrace/protocol.
 *
 * @throws {NotJurorError} `NOT_JUROR`
 * @see contracts/src/interfaces/IAppeals.sol commitVote
 */
export function commitJuryVote(
  client: WriteClient,
  { taskId, commitment }: { taskId: TaskId; commitment: Hex32 },
  options?: SendOptions,
): Promise<TxHash> {
  return write(client, 'commitVote', [taskId, commitment], options)
}

/**
 * Shows what a juror committed to.
 *
 * @throws {BadBallotError} `BAD_BALLOT`
 * @see contracts/src/interfaces/IAppeals.sol revealVote
 */
export function revealJuryVote(
  client: WriteClient,
  { taskId, digest, salt }: { taskId: TaskId; digest: ResultDigest; salt: Hex32 },
  options?: SendOptions,
): Promise<TxHash> {
  return write(client, 'revealVote', [taskId, digest, salt], options)
}

/**
 * Ends a phase whose time is over. Anyone may.
 *
 * @throws {NotInTimeError} `NOT_IN_TIME`
 * @see contracts/src/interfaces/IAppeals.sol decide
 */
export function decideAppeal(
  client: WriteClient,
  { taskId }: { taskId: TaskId },
  options?: SendOptions,
): Promise<TxHash> {
  return write(client, 'decide', [taskId], options)
}

/**
 * Appeals the verdict in force to a jury twice as large, or at last to the governor.
 *
 * @throws {NotInTimeError} `NOT_IN_TIME`
 * @see contracts/src/interfaces/IAppeals.sol appealAgain
 */
export function appealAgain(
  client: WriteClient,
  { taskId }: { taskId: TaskId },
  options?: SendOptions,
): Promise<TxHash> {
  return write(client, 'appealAgain', [taskId], options)
}

/**
 * Rules on an appeal as its judge; any digest but the settled one lets the result fall.
 *
 * @throws {NotJudgeError} `NOT_JUDGE`
 * @see contracts/src/interfaces/IAppeals.sol rule
 */
export function ruleAppeal(
  client: WriteClient,
  { taskId, digest }: { taskId: TaskId; digest: ResultDigest },
  options?: SendOptions,
): Promise<TxHash> {
  return write(client, 'rule', [taskId, digest], options)
}

/**
 * Ends an appeal whose verdict is final, with all its money. Anyone may.
 *
 * @throws {WrongStatusError} `WRONG_STATUS`
 * @see contracts/src/interfaces/IAppeals.sol closeAppeal
 */
export function endAppeal(
  client: WriteClient,
  { taskId, terms }: { taskId: TaskId; terms: DealTerms },
  options?: SendOptions,
): Promise<TxHash> {
  return write(client, 'closeAppeal', [taskId, terms], options)
}

function write(
  client: WriteClient,
  functionName: WriteFunction<'appeals'>,
  args: readonly unknown[],
  options?: SendOptions,
): Promise<TxHash> {
  return writeContract(client, { contract: 'appeals', functionName, args: args as never }, options)
}
