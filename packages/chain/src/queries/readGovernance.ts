import { type Address, address, type Seconds, seconds, type Wei, wei } from '@millrace/base'
import type { ReadClient } from '../client/readClient.ts'
import { type QueryOptions, readContract } from './readContract.ts'

/** Who governs, and by which rules. */
export type Governance = {
  /** Governor of parameters and catalogue: the timelock, once it has accepted. */
  parametersGovernor: Address
  delaySec: Seconds
  periodSec: Seconds
  /** Votes that a proposer must have. */
  threshold: Wei
  quorumPercent: number
  timelockSec: Seconds
  reviewSec: Seconds
}

export async function readGovernance(
  client: ReadClient,
  options?: QueryOptions,
): Promise<Governance> {
  const rule = (functionName: 'votingDelay' | 'votingPeriod' | 'quorumNumerator') =>
    readContract(client, { contract: 'governor', functionName, args: [] }, options)
  const [owner, delay, period, quorum, threshold, timelock, review] = await Promise.all([
    readContract(client, { contract: 'parameters', functionName: 'governor', args: [] }, options),
    rule('votingDelay'),
    rule('votingPeriod'),
    rule('quorumNumerator'),
    readContract(
      client,
      { contract: 'governor', functionName: 'proposalThreshold', args: [] },
      options,
    ),
    readContract(client, { contract: 'timelock', functionName: 'getMinDelay', args: [] }, options),
    readContract(client, { contract: 'catalog', functionName: 'REVIEW_SEC', args: [] }, options),
  ])
  return {
    parametersGovernor: address(owner),
    delaySec: seconds(Number(delay)),
    periodSec: seconds(Number(period)),
    threshold: wei(threshold),
    quorumPercent: Number(quorum),
    timelockSec: seconds(Number(timelock)),
    reviewSec: seconds(review),
  }
}
