import { type Address, address, type UnixSeconds, unixSeconds, type Wei, wei } from '@millrace/base'
import type { ReadClient } from '../client/readClient.ts'
import { type QueryOptions, readContract } from './readContract.ts'

/** A seat among the jurors. */
export type SeatState = {
  /** Zero for a juror of no pool. */
  pool: Address
  since: UnixSeconds
  /** 0 if it is not leaving. */
  leaveAt: UnixSeconds
  stake: Wei
  /** What open duties may take of the stake. */
  atRisk: Wei
}

/** Undefined if there is none. @see contracts/src/interfaces/IJurors.sol seatOf */
export async function readSeat(
  client: ReadClient,
  juror: Address,
  options?: QueryOptions,
): Promise<SeatState | undefined> {
  const call = { contract: 'jurors', functionName: 'seatOf', args: [juror] } as const
  const { pool, since, leaveAt, stake, atRisk } = await readContract(client, call, options)
  if (since === 0) return undefined
  return {
    pool: address(pool),
    since: unixSeconds(since),
    leaveAt: unixSeconds(leaveAt),
    stake: wei(stake),
    atRisk: wei(atRisk),
  }
}
