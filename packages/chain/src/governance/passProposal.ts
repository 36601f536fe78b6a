import { BaseError, type Seconds, seconds, type TxHash } from '@millrace/base'
import { castVote } from '../actions/castVote.ts'
import { delegateVotes } from '../actions/delegateVotes.ts'
import { executeProposal } from '../actions/executeProposal.ts'
import { propose } from '../actions/propose.ts'
import { queueProposal } from '../actions/queueProposal.ts'
import type { WriteClient } from '../client/writeClient.ts'
import { GovernorAlreadyCastVoteError } from '../errors/governanceErrors.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { readProposal } from '../queries/readProposal.ts'
import { readVotes } from '../queries/readVotes.ts'
import { waitForSuccess } from '../receipts/waitForReceipt.ts'
import { type ProposalState, type Proposed, proposalIdOf } from './proposal.ts'

/** The proposal was lost, taken back or expired. */
export class ProposalLostError extends BaseError {
  readonly code = 'PROPOSAL_LOST'
  constructor(meta: { proposalId: string; state: ProposalState }) {
    super(`The proposal ${meta.proposalId} is ${meta.state} and cannot be carried out.`, {
      meta,
      hints: ['Propose it again with another description.'],
      docs: 'proposal-lost',
    })
  }
}

const PAUSE_SEC: Seconds = seconds(1)

/**
 * Brings a proposal through its whole life with the sender's votes: delegates, proposes, votes for it, queues and
 * executes, and waits in between. Each step looks first, so that it goes on where an earlier call was stopped.
 *
 * @throws {ProposalLostError} `PROPOSAL_LOST`
 * @throws the error of the proposed calls when they fail
 */
export async function passProposal(
  client: WriteClient,
  proposed: Proposed,
  { signal }: SendOptions = {},
): Promise<{ proposalId: bigint }> {
  const proposalId = proposalIdOf(proposed)
  const done = async (txHash: Promise<TxHash>): Promise<void> => {
    await waitForSuccess(client, await txHash, { signal })
  }
  if ((await readVotes(client, client.address)) === 0n)
    await done(delegateVotes(client, {}, { signal }))
  let voted = false
  for (;;) {
    // Votes count from the second after they were delegated, and a vote begins a second after its proposal.
    await client.clock.sleep(PAUSE_SEC * 1000, signal)
    const proposal = await readProposal(client, proposalId)
    if (proposal === undefined) {
      await done(propose(client, proposed, { signal }).then(({ txHash }) => txHash))
      continue
    }
    switch (proposal.state) {
      case 'active':
        if (!voted) await voteOnce(client, proposalId, done)
        voted = true
        break
      case 'succeeded':
        await done(queueProposal(client, proposed, { signal }))
        break
      case 'queued':
        if (proposal.dueAt * 1000 <= client.clock.nowMs())
          await done(executeProposal(client, proposed, { signal }))
        break
      case 'executed':
        return { proposalId }
      case 'pending':
        break
      default:
        throw new ProposalLostError({
          proposalId: `0x${proposalId.toString(16)}`,
          state: proposal.state,
        })
    }
  }
}

async function voteOnce(
  client: WriteClient,
  proposalId: bigint,
  done: (txHash: Promise<TxHash>) => Promise<void>,
): Promise<void> {
  try {
    await done(castVote(client, { proposalId, vote: 'for' }))
  } catch (error) {
    if (!(error instanceof GovernorAlreadyCastVoteError)) throw error
  }
}
