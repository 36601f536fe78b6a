import { address, type Hex32, InvalidInputError, nowSec, type TxHash } from '@millrace/base'
import {
  approveCodeCall,
  type ContractAddresses,
  castVote,
  delegateVotes,
  executeProposal,
  type Parameters,
  type ProposedCall,
  propose,
  queueProposal,
  readGovernance,
  readParameters,
  readVotes,
  revokeCodeCall,
  setParameterCall,
  VOTE,
  type Vote,
  type WriteClient,
  waitForSuccess,
} from '@millrace/chain'
import { type Client, walletOf } from '@millrace/sdk'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exitCodes.ts'
import { type AccountName, connectCloud } from '../home/connectCloud.ts'
import { formatCoins, formatTime } from '../terminal/format.ts'
import { findProposal } from './govProposals.ts'
import { putText } from './putText.ts'

type As = { as: AccountName }

/** `millrace gov propose set NAME VALUE | approve CODE-PROPOSAL | revoke CODE-HASH` */
export async function govPropose(
  context: Context,
  [action = '', ...values]: string[],
  { why, as }: As & { why?: string },
): Promise<ExitCode> {
  const { client, wallet } = await connect(context, as)
  const call = await callOf(client, action, values, why)
  // Equal calls with an equal text are one proposal; the time tells a later one from an earlier one.
  const text = why ?? [action, ...values].join(' ')
  const description = `${text}\n${formatTime(nowSec(context.clock))} #proposer=${wallet.address}`
  const { proposalId, txHash } = await propose(wallet, { calls: [call], description })
  await waitForSuccess(wallet, txHash)
  const id = `0x${proposalId.toString(16).padStart(64, '0')}`
  context.out.result({ id, description }, () => context.t.governance.proposed({ id }))
  return EXIT.ok
}

/** `millrace gov vote ID for|against|abstain` */
export async function govVote(
  context: Context,
  [id = '', vote = '']: string[],
  { why, as }: As & { why?: string },
): Promise<ExitCode> {
  if (!Object.hasOwn(VOTE, vote))
    throw new InvalidInputError({
      field: 'vote',
      value: vote,
      expected: Object.keys(VOTE).join(', '),
    })
  const { client, wallet } = await connect(context, as)
  const { proposalId, id: whole } = await findProposal(client, id)
  const reason = why === undefined ? {} : { reason: why }
  await done(wallet, castVote(wallet, { proposalId, vote: vote as Vote, ...reason }))
  context.out.result({ id: whole, vote }, () => context.t.governance.voted({ id: whole }))
  return EXIT.ok
}

/** `millrace gov queue ID` */
export async function govQueue(
  context: Context,
  [id = '']: string[],
  { as }: As,
): Promise<ExitCode> {
  const { client, wallet } = await connect(context, as)
  const proposal = await findProposal(client, id)
  await done(wallet, queueProposal(wallet, proposal))
  const { standing } = await findProposal(client, proposal.id)
  const { dueAt } = standing
  context.out.result({ id: proposal.id, dueAt }, () =>
    context.t.governance.queued({ id: proposal.id, due: formatTime(dueAt) }),
  )
  return EXIT.ok
}

/** `millrace gov execute ID` */
export async function govExecute(
  context: Context,
  [id = '']: string[],
  { as }: As,
): Promise<ExitCode> {
  const { client, wallet } = await connect(context, as)
  const proposal = await findProposal(client, id)
  await done(wallet, executeProposal(wallet, proposal))
  context.out.result({ id: proposal.id }, () => context.t.governance.executed({ id: proposal.id }))
  return EXIT.ok
}

/** `millrace gov delegate [ACCOUNT]` */
export async function govDelegate(context: Context, [to]: string[], { as }: As): Promise<ExitCode> {
  const { wallet } = await connect(context, as)
  const account = to === undefined ? wallet.address : address(to, 'account')
  await done(wallet, delegateVotes(wallet, { to: account }))
  const votes = await readVotes(wallet, account)
  const { threshold, quorumPercent } = await readGovernance(wallet)
  context.out.result({ account, votes, threshold, quorumPercent }, () =>
    context.t.governance.delegated({ account, votes: formatCoins(votes) }),
  )
  return EXIT.ok
}

async function connect(
  context: Context,
  as: AccountName,
): Promise<{ client: Client; wallet: WriteClient }> {
  if (as !== 'treasury' && as !== 'requester')
    throw new InvalidInputError({ field: '--as', value: as, expected: 'treasury or requester' })
  const { client } = await connectCloud(context, { as })
  return { client, wallet: walletOf(client) }
}

async function done(wallet: WriteClient, sent: Promise<TxHash>): Promise<void> {
  await waitForSuccess(wallet, await sent)
}

async function callOf(
  client: Client,
  action: string,
  values: string[],
  why: string | undefined,
): Promise<ProposedCall> {
  const { contracts } = client.chain
  const [first = '', second = ''] = values
  switch (action) {
    case 'set':
      return setCall(client, contracts, first, second)
    case 'approve':
      return approveCodeCall(contracts, hash(first, 'code proposal'))
    case 'revoke':
      return revokeCodeCall(contracts, {
        codeHash: hash(first, 'code hash'),
        reason: await putText(client, why ?? 'revoked', '--why'),
      })
    default:
      throw new InvalidInputError({
        field: 'action',
        value: action,
        expected: 'set NAME VALUE, approve CODE-PROPOSAL or revoke CODE-HASH',
      })
  }
}

async function setCall(
  client: Client,
  contracts: ContractAddresses,
  name: string,
  value: string,
): Promise<ProposedCall> {
  const known = Object.keys(await readParameters(client.chain))
  if (!known.includes(name))
    throw new InvalidInputError({ field: 'name', value: name, expected: known.join(', ') })
  if (!/^\d{1,40}$/.test(value))
    throw new InvalidInputError({ field: 'value', value, expected: 'a whole number' })
  return setParameterCall(contracts, { name: name as keyof Parameters, value: BigInt(value) })
}

/** 32 bytes in hexadecimal. */
export function hash(text: string, field: string): Hex32 {
  if (/^0x[0-9a-f]{64}$/i.test(text)) return text.toLowerCase() as Hex32
  throw new InvalidInputError({ field, value: text, expected: '0x and 64 hexadecimal digits' })
}
