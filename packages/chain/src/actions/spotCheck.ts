import type { Address, DealId, Hex32, ResultDigest, TxHash } from '@millrace/base'
import type { Inclusion, ResultClaim, VoteProof } from '@millrace/protocol'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { writeContract } from './writeContract.ts'

/**
 * Binds a pool to answers that it knows, before it hands the tasks out; `root` from `answersRoot`.
 *
 * @throws {NotOperatorError} `NOT_OPERATOR`
 * @see contracts/src/interfaces/ISpotChecks.sol commitAnswers
 */
export function commitAnswers(
  client: WriteClient,
  { pool, root }: { pool: Address; root: Hex32 },
  options?: SendOptions,
): Promise<TxHash> {
  const call = {
    contract: 'spotChecks',
    functionName: 'commitAnswers',
    args: [pool, root],
  } as const
  return writeContract(client, call, options)
}

/**
 * Shows one answer with the one vote on its task: a match is a check for the worker.
 *
 * @throws {AnswersLateError} `ANSWERS_LATE`
 * @see contracts/src/interfaces/ISpotChecks.sol showAnswer
 */
export function showAnswer(
  client: WriteClient,
  parameters: {
    pool: Address
    root: Hex32
    dealId: DealId
    answer: ResultDigest
    salt: Hex32
    place: Inclusion
    claim: ResultClaim
    vote: VoteProof
  },
  options?: SendOptions,
): Promise<TxHash> {
  const { pool, root, dealId, answer, salt, place, claim, vote } = parameters
  const args = [pool, root, dealId, answer, salt, place, claim, vote]
  return writeContract(
    client,
    { contract: 'spotChecks', functionName: 'showAnswer', args: args as never },
    options,
  )
}
