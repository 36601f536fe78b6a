import type { Address, Hex32, TxHash } from '@millrace/base'
import { type BatchPart, encodePayees, encodeTasks, sortSeals } from '@millrace/protocol'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { writeContract } from './writeContract.ts'

export type SettleTrustedParameters = {
  pool: Address
  nonce: bigint
  locations: Hex32
  /** Exactly one digest per task. */
  parts: readonly BatchPart[]
  /** Who is paid for which slots; together the slots cover every task once. */
  payees: readonly { worker: Address; slots: number[] }[]
}

/**
 * Settles tasks of deals with minOdds 0 in one call, on the pool's word.
 *
 * @throws {TrustRequiredError} `TRUST_REQUIRED`
 * @throws {NotOperatorError} `NOT_OPERATOR`
 * @see contracts/src/interfaces/IWork.sol settleTrusted
 */
export function settleTrusted(
  client: WriteClient,
  { pool, nonce, locations, parts, payees }: SettleTrustedParameters,
  options?: SendOptions,
): Promise<TxHash> {
  return writeContract(
    client,
    {
      contract: 'work',
      functionName: 'settleTrusted',
      args: [
        pool,
        nonce,
        locations,
        parts.map(({ terms, tasks }) => ({ terms, tasks: encodeTasks(tasks) })),
        encodePayees(sortSeals(payees)),
      ],
    },
    options,
  )
}
