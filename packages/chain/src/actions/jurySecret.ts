import type { Address, Hex32, TxHash } from '@millrace/base'
import { chanceKeyOf, secretCommitment } from '@millrace/protocol'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { writeContract } from './writeContract.ts'

/**
 * Takes part in the chance of a jury on a chain without prevrandao; puts a quarter of the least bond of the
 * sender's seat at risk.
 *
 * @throws {NotCommitTimeError} `NOT_COMMIT_TIME`
 * @throws {SecretPresentError} `SECRET_PRESENT`
 * @see contracts/src/interfaces/ICommitRevealSource.sol commitSecret
 */
export function commitJurySecret(
  client: WriteClient,
  { juryId, secret }: { juryId: Hex32; secret: Hex32 },
  options?: SendOptions,
): Promise<TxHash> {
  const key = keyOf(client, juryId)
  const commitment = secretCommitment({ key, candidate: client.address, secret })
  return write(client, 'commitSecret', [key, commitment], options)
}

/**
 * Shows the sender's secret and frees what was at risk.
 *
 * @throws {NotRevealTimeError} `NOT_REVEAL_TIME`
 * @throws {BadSecretError} `BAD_SECRET`
 * @see contracts/src/interfaces/ICommitRevealSource.sol revealSecret
 */
export function revealJurySecret(
  client: WriteClient,
  { juryId, secret }: { juryId: Hex32; secret: Hex32 },
  options?: SendOptions,
): Promise<TxHash> {
  return write(client, 'revealSecret', [keyOf(client, juryId), secret], options)
}

/**
 * Takes the deposit of a candidate that did not reveal in time. Anyone may.
 *
 * @throws {RevealsPendingError} `REVEALS_PENDING`
 * @see contracts/src/interfaces/ICommitRevealSource.sol forfeitSecret
 */
export function forfeitJurySecret(
  client: WriteClient,
  { juryId, candidate }: { juryId: Hex32; candidate: Address },
  options?: SendOptions,
): Promise<TxHash> {
  return write(client, 'forfeitSecret', [keyOf(client, juryId), candidate], options)
}

function keyOf({ contracts }: WriteClient, juryId: Hex32): Hex32 {
  return chanceKeyOf(contracts.appeals, juryId)
}

function write(
  client: WriteClient,
  functionName: 'commitSecret' | 'revealSecret' | 'forfeitSecret',
  args: readonly [key: Hex32, value: Hex32 | Address],
  options?: SendOptions,
): Promise<TxHash> {
  return writeContract(
    client,
    { contract: 'commitRevealSource', functionName, args: args as never },
    options,
  )
}
