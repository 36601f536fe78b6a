import type { Hex, Hex32, TxHash, UnixSeconds } from '@millrace/base'
import { encodeAbiParameters, keccak256, parseAbiParameters } from 'viem'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import type { DeliveryTask } from './deliverResult.ts'
import { writeContract } from './writeContract.ts'

/** What a callback gets of a result, field for field `Result` of contracts/src/types/Results.sol. */
export type DeliveredResult = {
  status: number
  exitCode: number
  fuel: bigint
  finalAt: UnixSeconds
  path: string
  content: Hex
}

const RESULT_ABI = parseAbiParameters([
  '(uint8 status, uint32 exitCode, uint64 fuel, uint48 finalAt, string path, bytes content)',
])

/** `keccak256(abi.encode(Result))`, as `pendingOf` names a result that waits. */
export function hashDelivered(result: DeliveredResult): Hex32 {
  return keccak256(encodeAbiParameters(RESULT_ABI, [result])) as Hex32
}

/**
 * Repeats a callback that failed, with a result that was checked before; anyone may.
 *
 * @throws {WrongResultError} `WRONG_RESULT`
 * @throws {AlreadyDeliveredError} `ALREADY_DELIVERED`
 * @see contracts/src/interfaces/IDeliveries.sol retry
 */
export function retryResult(
  client: WriteClient,
  { task, result }: { task: DeliveryTask; result: DeliveredResult },
  options?: SendOptions,
): Promise<TxHash> {
  return writeContract(
    client,
    { contract: 'deliveries', functionName: 'retry', args: [task, result] },
    options,
  )
}
