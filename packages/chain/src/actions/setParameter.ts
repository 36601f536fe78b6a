import type { TxHash } from '@millrace/base'
import { stringToHex } from 'viem'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import type { Parameters } from '../queries/readParameters.ts'
import { writeContract } from './writeContract.ts'

export type SetParameterParameters = { name: keyof Parameters; value: bigint | number }

/**
 * Sets one of the market's tunable numbers, within its hard bounds. Deals keep those they began with.
 *
 * @throws {NotGovernorError} `NOT_GOVERNOR`
 * @throws {OutOfBoundsError} `OUT_OF_BOUNDS`
 * @see contracts/src/interfaces/IParameters.sol set
 */
export function setParameter(
  client: WriteClient,
  { name, value }: SetParameterParameters,
  options?: SendOptions,
): Promise<TxHash> {
  return writeContract(
    client,
    {
      contract: 'parameters',
      functionName: 'set',
      args: [stringToHex(name, { size: 32 }), BigInt(value)],
    },
    options,
  )
}
