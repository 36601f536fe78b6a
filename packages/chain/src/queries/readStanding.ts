import { type Address, type UnixSeconds, unixSeconds, type Wei, wei } from '@millrace/base'
import type { ReadClient } from '../client/readClient.ts'
import { type QueryOptions, readContract } from './readContract.ts'

/** A worker's record. */
export type Standing = {
  bond: Wei
  /** Passed since the last fault. */
  checks: number
  faults: number
  /** 0 when it was never banned. */
  bannedUntil: UnixSeconds
  /** When the bond may be taken back; 0 when no unbonding is under way. */
  unbondAt: UnixSeconds
}

/** @see contracts/src/interfaces/IStanding.sol standingOf */
export async function readStanding(
  client: ReadClient,
  worker: Address,
  options?: QueryOptions,
): Promise<Standing> {
  const [bond, checks, faults, bannedUntil, unbondAt] = await readContract(
    client,
    { contract: 'standing', functionName: 'standingOf', args: [worker] },
    options,
  )
  return {
    bond: wei(bond),
    checks,
    faults,
    bannedUntil: unixSeconds(bannedUntil),
    unbondAt: unixSeconds(unbondAt),
  }
}
