import type { TxHash } from '@millrace/base'
import type { OmissionClaim } from '@millrace/protocol'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { writeContract } from './writeContract.ts'

/**
 * Shows that a pool settled a task without a worker that holds its receipt: the pool's stake for the task
 * goes half to the worker, half to the requester. `claimOfOmission` of @millrace/protocol makes the claim.
 *
 * @throws {ReceiptExpiredError} `RECEIPT_EXPIRED`
 * @throws {NotOmittedError} `NOT_OMITTED`
 * @throws {AlreadyClaimedError} `ALREADY_CLAIMED`
 * @throws {NothingToClaimError} `NOTHING_TO_CLAIM`
 * @see contracts/src/interfaces/IClaims.sol claimOmission
 */
export function claimOmission(
  client: WriteClient,
  claim: OmissionClaim,
  options?: SendOptions,
): Promise<TxHash> {
  const { receipt, signature, opening, terms, nonce, facts, result, place, left, right } = claim
  const args = [
    receipt,
    signature,
    opening,
    terms,
    nonce,
    facts,
    result,
    place,
    left,
    right,
  ] as const
  return writeContract(client, { contract: 'claims', functionName: 'claimOmission', args }, options)
}
