import { type UnixSeconds, unixSeconds, type Wei, wei } from '@millrace/base'
import type { ReadClient } from '../client/readClient.ts'
import { GovernorNonexistentProposalError } from '../errors/governanceErrors.ts'
import { PROPOSAL_STATES, type ProposalState } from '../governance/proposal.ts'
import { type QueryOptions, readContract } from './readContract.ts'

/** How a vote stands. */
export type ProposalStanding = {
  state: ProposalState
  /** The vote begins after this second; who holds votes then can vote. */
  voteStart: UnixSeconds
  /** Last second of the vote. */
  voteEnd: UnixSeconds
  /** From when it can be executed; zero while it is not queued. */
  dueAt: UnixSeconds
  for: Wei
  against: Wei
  abstain: Wei
}

/** @returns undefined when nobody made this proposal. */
export async function readProposal(
  client: ReadClient,
  proposalId: bigint,
  options: QueryOptions = {},
): Promise<ProposalStanding | undefined> {
  const args = [proposalId] as const
  const read = (
    functionName: 'proposalSnapshot' | 'proposalDeadline' | 'proposalEta',
  ): Promise<bigint> => readContract(client, { contract: 'governor', functionName, args }, options)
  try {
    // A chain that makes blocks on demand has an old latest one: the state is asked as of now.
    const [state, start, end, due, [against, inFavour, abstain]] = await Promise.all([
      readContract(
        client,
        { contract: 'governor', functionName: 'state', args },
        { pending: options.blockNumber === undefined, ...options },
      ),
      read('proposalSnapshot'),
      read('proposalDeadline'),
      read('proposalEta'),
      readContract(client, { contract: 'governor', functionName: 'proposalVotes', args }, options),
    ])
    return {
      state: PROPOSAL_STATES[state] ?? 'expired',
      voteStart: unixSeconds(Number(start)),
      voteEnd: unixSeconds(Number(end)),
      dueAt: unixSeconds(Number(due)),
      for: wei(inFavour),
      against: wei(against),
      abstain: wei(abstain),
    }
  } catch (error) {
    if (error instanceof GovernorNonexistentProposalError) return undefined
    throw error
  }
}
