import { type Address, address, type Hex } from '@millrace/base'
import type { ReadClient } from '../client/readClient.ts'
import type { Proposed } from '../governance/proposal.ts'
import type { QueryOptions } from './readContract.ts'
import { readEvents } from './readEvents.ts'

/** A proposal as it was made. How its vote stands: `readProposal`. */
export type Proposal = Proposed & { proposalId: bigint; proposer: Address; block: number }

/** All proposals since a block, oldest first, from the governor's events. */
export async function readProposals(
  client: ReadClient,
  { fromBlock = 0 }: { fromBlock?: number } = {},
  options?: QueryOptions,
): Promise<Proposal[]> {
  const events = await readEvents(
    client,
    { contract: 'governor', name: 'ProposalCreated', where: {}, fromBlock },
    options,
  )
  return events.map(({ args, block }) => ({
    proposalId: args.proposalId,
    proposer: args.proposer,
    description: args.description,
    calls: args.targets.map((to, i) => ({
      to: address(to),
      value: args.values[i] ?? 0n,
      data: args.calldatas[i] ?? ('0x' as Hex),
    })),
    block,
  }))
}
