import { type Address, type TxHash, ZERO_ADDRESS } from '@millrace/base'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { writeContract } from './writeContract.ts'

/**
 * Takes a seat among the jurors for the sender, a bonded worker; locks as much as the least bond.
 *
 * @param parameters.pool - Pool that it works for, whose results it does not judge; none by default.
 * @throws {SeatUnworthyError} `SEAT_UNWORTHY`
 * @see contracts/src/interfaces/IJurors.sol takeSeat
 */
export function takeSeat(
  client: WriteClient,
  { pool = ZERO_ADDRESS }: { pool?: Address },
  options?: SendOptions,
): Promise<TxHash> {
  const call = { contract: 'jurors', functionName: 'takeSeat', args: [pool] } as const
  return writeContract(client, call, options)
}

/**
 * Announces that the sender leaves its seat.
 *
 * @see contracts/src/interfaces/IJurors.sol requestLeave
 */
export function requestLeave(client: WriteClient, options?: SendOptions): Promise<TxHash> {
  const call = { contract: 'jurors', functionName: 'requestLeave', args: [] } as const
  return writeContract(client, call, options)
}

/**
 * Leaves the seat with what is left of its stake.
 *
 * @throws {SeatBusyError} `SEAT_BUSY`
 * @see contracts/src/interfaces/IJurors.sol leaveSeat
 */
export function leaveSeat(client: WriteClient, options?: SendOptions): Promise<TxHash> {
  const call = { contract: 'jurors', functionName: 'leaveSeat', args: [] } as const
  return writeContract(client, call, options)
}
