import { type Bps, bps, type Seconds, seconds, type Wei, wei } from '@millrace/base'
import type { ReadClient } from '../client/readClient.ts'
import { type QueryOptions, readContract } from './readContract.ts'

/** The market's tunable numbers; @see contracts/src/interfaces/IParameters.sol */
export type Parameters = {
  saboteurBps: Bps
  workerShareBps: Bps
  slashBps: Bps
  minBond: Wei
  banSec: Seconds
  unbondSec: Seconds
  settleWindowSec: Seconds
  /** After a commit; who is absent from a batch is declared so only later. */
  revealWindowSec: Seconds
  maxDeadlineSec: Seconds
  maxMaturitySec: Seconds
  /** A step of an appeal. */
  appealStepSec: Seconds
}

export async function readParameters(
  client: ReadClient,
  options?: QueryOptions,
): Promise<Parameters> {
  const read = (functionName: Exclude<keyof Parameters, 'minBond'>): Promise<number> =>
    readContract(client, { contract: 'parameters', functionName, args: [] }, options)
  const [saboteur, share, slash, minBond, ban, unbond, window, reveal, deadline, maturity, step] =
    await Promise.all([
      read('saboteurBps'),
      read('workerShareBps'),
      read('slashBps'),
      readContract(client, { contract: 'parameters', functionName: 'minBond', args: [] }, options),
      read('banSec'),
      read('unbondSec'),
      read('settleWindowSec'),
      read('revealWindowSec'),
      read('maxDeadlineSec'),
      read('maxMaturitySec'),
      read('appealStepSec'),
    ])
  return {
    saboteurBps: bps(saboteur),
    workerShareBps: bps(share),
    slashBps: bps(slash),
    minBond: wei(minBond),
    banSec: seconds(ban),
    unbondSec: seconds(unbond),
    settleWindowSec: seconds(window),
    revealWindowSec: seconds(reveal),
    maxDeadlineSec: seconds(deadline),
    maxMaturitySec: seconds(maturity),
    appealStepSec: seconds(step),
  }
}
