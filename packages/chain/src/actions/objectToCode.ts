import type { Hex32, TxHash } from '@millrace/base'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { writeContract } from './writeContract.ts'

export type ObjectToCodeParameters = {
  codeProposalId: Hex32
  /** sha2-256 of a UTF-8 text. */
  reason: Hex32
}

/**
 * Says in public why a code should not be approved. It binds nobody; whoever votes hears it.
 *
 * @throws {CodeDecidedError} `CODE_DECIDED`
 * @throws {UnknownCodeProposalError} `UNKNOWN_CODE_PROPOSAL`
 * @see contracts/src/interfaces/ICatalog.sol objectToCode
 */
export function objectToCode(
  client: WriteClient,
  { codeProposalId, reason }: ObjectToCodeParameters,
  options?: SendOptions,
): Promise<TxHash> {
  const args = [codeProposalId, reason] as const
  return writeContract(client, { contract: 'catalog', functionName: 'objectToCode', args }, options)
}
