import { type Hex, type Hex32, seconds, wei } from '@millrace/base'
import { encodeAbiParameters, keccak256, sha256, stringToHex } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cancelProposal } from '../actions/cancelProposal.ts'
import { castVote } from '../actions/castVote.ts'
import { delegateVotes } from '../actions/delegateVotes.ts'
import { deployCode } from '../actions/deployCode.ts'
import { executeProposal } from '../actions/executeProposal.ts'
import { objectToCode } from '../actions/objectToCode.ts'
import { propose } from '../actions/propose.ts'
import { codeProposalIdOf, proposeCode } from '../actions/proposeCode.ts'
import { queueProposal } from '../actions/queueProposal.ts'
import { setParameter } from '../actions/setParameter.ts'
import { transferToken } from '../actions/transferToken.ts'
import type { WriteClient } from '../client/writeClient.ts'
import { aLocalChain } from '../node/aLocalChain.ts'
import type { GovernanceRules } from '../node/governanceRules.ts'
import { readCatalog } from '../queries/readCatalog.ts'
import { readContract } from '../queries/readContract.ts'
import { readGovernance } from '../queries/readGovernance.ts'
import { readParameters } from '../queries/readParameters.ts'
import { readProposal } from '../queries/readProposal.ts'
import { readProposals } from '../queries/readProposals.ts'
import { waitForSuccess } from '../receipts/waitForReceipt.ts'
import { describeCall } from './describeCall.ts'
import { approveCodeCall, revokeCodeCall, setParameterCall } from './encodeCall.ts'
import { handOverParameters } from './handOverParameters.ts'
import { passProposal } from './passProposal.ts'
import { proposalIdOf } from './proposal.ts'

const RULES: GovernanceRules = {
  delaySec: seconds(0),
  periodSec: seconds(3),
  extensionSec: seconds(0),
  threshold: wei(10n),
  quorumPercent: 4,
  timelockSec: seconds(1),
  reviewSec: seconds(4),
}
/** Returns one byte, and nothing else: the smallest code that leaves a contract. */
const CODE = '0x600160005360016000f3' as Hex
const hashOf = (text: string) => sha256(stringToHex(text)) as Hex32

let chain: Awaited<ReturnType<typeof aLocalChain>>
let council: WriteClient
beforeAll(async () => {
  chain = await aLocalChain({ rules: RULES })
  council = chain.faucet
}, 60_000)
afterAll(() => chain.stop())

const send = async (txHash: Promise<Hex>): Promise<void> => {
  await waitForSuccess(council, (await txHash) as never)
}

describe('governance', { timeout: 60_000 }, () => {
  it('hands the parameters from the key that made them to the timelock', async () => {
    await handOverParameters(council)
    const { parametersGovernor, ...rules } = await readGovernance(council)
    expect(parametersGovernor).toBe(chain.contracts.timelock)
    const { extensionSec: _, ...shown } = RULES
    expect(rules).toEqual(shown)
    await expect(setParameter(council, { name: 'slashBps', value: 200 })).rejects.toMatchObject({
      code: 'NOT_GOVERNOR',
    })
    // Again: nothing to do.
    await handOverParameters(council)
  })

  it('changes a parameter: propose, vote, queue, execute', async () => {
    const { contracts } = chain
    const proposed = {
      calls: [setParameterCall(contracts, { name: 'slashBps', value: 6000 })],
      description: 'Slash more.',
    }
    expect(describeCall(contracts, proposed.calls[0] as never)).toBe(
      'parameters.set(slashBps, 6000)',
    )
    const { proposalId, txHash } = await propose(council, proposed)
    await waitForSuccess(council, txHash)
    await until(proposalId, 'active')
    await send(castVote(council, { proposalId, vote: 'for', reason: 'it is time' }))
    await expect(castVote(council, { proposalId, vote: 'against' })).rejects.toMatchObject({
      code: 'GOVERNOR_ALREADY_CAST_VOTE',
    })
    await until(proposalId, 'succeeded')
    await expect(executeProposal(council, proposed)).rejects.toMatchObject({
      code: expect.stringMatching(/^(TIMELOCK|GOVERNOR)_UNEXPECTED/),
    })
    await send(queueProposal(council, proposed))
    const queued = await until(proposalId, 'queued')
    expect(queued.for).toBeGreaterThan(0n)
    await council.clock.sleep(queued.dueAt * 1000 - council.clock.nowMs() + 1000)
    await send(executeProposal(council, proposed))
    expect((await readParameters(council)).slashBps).toBe(6000)
    const made = await readProposals(council)
    expect(made.map((proposal) => proposal.proposalId)).toContain(proposalId)
    expect(made.at(-1)?.calls).toEqual(proposed.calls)
    expect((await readProposal(council, proposalId))?.state).toBe('executed')
    expect(await readProposal(council, 1n)).toBeUndefined()
  })

  it('refuses what is out of bounds, after everybody voted for it', async () => {
    const calls = [setParameterCall(chain.contracts, { name: 'slashBps', value: 10_001 })]
    await expect(
      passProposal(council, { calls, description: 'Everything.' }),
    ).rejects.toMatchObject({ code: 'OUT_OF_BOUNDS' })
  })

  it('loses a proposal that most vote against, and takes none back once the vote is on', async () => {
    const other = await chain.anAccount(wei(0n))
    await send(transferToken(council, { to: other.address, amount: wei(1000n) }))
    await waitForSuccess(other, await delegateVotes(other))
    await council.clock.sleep(1100)
    const calls = [setParameterCall(chain.contracts, { name: 'banSec', value: 0 })]
    const lost = { calls, description: 'Forgive everybody.' }
    const { proposalId, txHash } = await propose(other, lost)
    await waitForSuccess(other, txHash)
    await until(proposalId, 'active')
    await send(castVote(council, { proposalId, vote: 'against' }))
    await expect(cancelProposal(other, lost)).rejects.toMatchObject({
      code: 'GOVERNOR_UNABLE_TO_CANCEL',
    })
    await until(proposalId, 'defeated')
    await expect(passProposal(council, lost)).rejects.toMatchObject({ code: 'PROPOSAL_LOST' })
  })

  it('approves a code after its review, deploys it, and revokes it', async () => {
    const { contracts } = chain
    const author = await chain.anAccount(wei(0n))
    const about = {
      kind: 'pricing',
      codeHash: keccak256(CODE) as Hex32,
      source: hashOf('source'),
      description: hashOf('description'),
      audit: 'https://example.org/audit',
    } as const
    await expect(deployCode(author, { creationCode: CODE })).rejects.toMatchObject({
      code: 'CODE_NOT_APPROVED',
    })
    const { codeProposalId, txHash } = await proposeCode(author, about)
    await waitForSuccess(author, txHash)
    expect(codeProposalId).toBe(codeProposalIdOf(author.address, about))
    await send(objectToCode(council, { codeProposalId, reason: hashOf('why') }))
    const calls = [approveCodeCall(contracts, codeProposalId)]
    await passProposal(council, { calls, description: 'Approve it.' })
    const encoded = encodeAbiParameters([{ type: 'uint256' }], [7n])
    const { deployed, txHash: deployHash } = await deployCode(author, {
      creationCode: CODE,
      arguments: encoded,
    })
    await waitForSuccess(author, deployHash)
    expect(await author.rpc<Hex>('eth_getCode', [deployed, 'latest'])).toBe('0x01')
    const originOf = () =>
      readContract(council, { contract: 'catalog', functionName: 'originOf', args: [deployed] })
    expect(await originOf()).toEqual([about.codeHash, 1])
    const reason = hashOf('leaks')
    await passProposal(council, {
      calls: [revokeCodeCall(contracts, { codeHash: about.codeHash, reason })],
      description: 'Revoke it.',
    })
    expect(await originOf()).toEqual([about.codeHash, 2])
    await expect(
      deployCode(author, { creationCode: CODE, arguments: encoded, salt: hashOf('another') }),
    ).rejects.toMatchObject({ code: 'CODE_NOT_APPROVED' })
    expect(await readCatalog(council)).toEqual([
      {
        ...about,
        codeProposalId,
        proposer: author.address,
        reviewUntil: expect.any(Number),
        status: 'revoked',
        objections: [{ objector: council.address, reason: hashOf('why') }],
        deployed: [
          expect.objectContaining({ deployed, deployer: author.address, arguments: encoded }),
        ],
      },
    ])
  })

  it('knows the id of a proposal as the governor computes it', async () => {
    const calls = [setParameterCall(chain.contracts, { name: 'banSec', value: 1 })]
    const description = 'Hash me.'
    const id = await readContract(council, {
      contract: 'governor',
      functionName: 'hashProposal',
      args: [
        calls.map(({ to }) => to),
        calls.map(({ value }) => value),
        calls.map(({ data }) => data),
        keccak256(stringToHex(description)),
      ],
    })
    expect(proposalIdOf({ calls, description })).toBe(id)
  })
})

async function until(proposalId: bigint, state: string) {
  for (let left = 40; left > 0; left--) {
    const proposal = await readProposal(council, proposalId)
    if (proposal?.state === state) return proposal
    await council.clock.sleep(250)
  }
  throw new Error(`proposal ${proposalId} does not become ${state}`)
}
