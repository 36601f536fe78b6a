import { InvalidInputError } from '@millrace/base'
import {
  describeCall,
  type Proposal,
  type ProposalStanding,
  readProposal,
  readProposals,
} from '@millrace/chain'
import type { Client } from '@millrace/sdk'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exitCodes.ts'
import { connectCloud } from '../home/connectCloud.ts'
import { formatCoins, formatTime, shortHex } from '../terminal/format.ts'
import { alignRows } from '../terminal/receiptText.ts'
import { formatTable } from '../terminal/table.ts'

/** A proposal and how its vote stands. */
type StandingProposal = Proposal & { id: string; standing: ProposalStanding }

/** `millrace gov ls` */
export async function govLs(context: Context): Promise<ExitCode> {
  const { client } = await connectCloud(context)
  const { out, t } = context
  const proposals = await standingProposals(client)
  out.result({ proposals: proposals.map((one) => documentOf(client, one)) }, () =>
    proposals.length === 0
      ? t.governance.none
      : formatTable(
          t.governance.columns,
          proposals.map(({ id, standing, description }) => [
            shortHex(id),
            t.governance.states[standing.state] ?? standing.state,
            formatCoins(standing.for, 0),
            formatCoins(standing.against, 0),
            formatTime(standing.voteEnd),
            description.split('\n')[0] ?? '',
          ]),
        ),
  )
  return EXIT.ok
}

/** `millrace gov show ID` */
export async function govShow(context: Context, [id = '']: string[]): Promise<ExitCode> {
  const { client } = await connectCloud(context)
  const { out, t } = context
  const found = await findProposal(client, id)
  const { standing } = found
  const g = t.governance
  const next = g.nextIs[standing.state]
  out.result(documentOf(client, found), () =>
    alignRows(
      [
        [g.proposal, found.id],
        [g.state, g.states[standing.state] ?? standing.state],
        [g.why, found.description],
        ...callsOf(client, found).map((call): [string, string] => [g.call, call]),
        [g.proposer, found.proposer],
        [
          g.votes,
          g.votesOf({
            inFavour: formatCoins(standing.for, 0),
            against: formatCoins(standing.against, 0),
            abstain: formatCoins(standing.abstain, 0),
          }),
        ],
        [
          g.vote,
          g.voteFrom({ from: formatTime(standing.voteStart), to: formatTime(standing.voteEnd) }),
        ],
        ...(standing.dueAt === 0 ? [] : [[g.due, formatTime(standing.dueAt)] as [string, string]]),
        ...(next === undefined ? [] : [[g.next, next] as [string, string]]),
      ],
      out.paint,
    ),
  )
  return EXIT.ok
}

/**
 * The proposal of an id, of its first digits, or the latest one (`last`).
 *
 * @throws {InvalidInputError} `INVALID_INPUT` when none or several fit
 */
export async function findProposal(client: Client, text: string): Promise<StandingProposal> {
  const all = await standingProposals(client)
  const fitting =
    text === 'last' ? all.slice(-1) : all.filter(({ id }) => id.startsWith(text.toLowerCase()))
  const [found] = fitting
  if (found !== undefined && fitting.length === 1 && text !== '') return found
  const expected =
    fitting.length > 1
      ? `more digits: ${fitting.length} proposals begin so`
      : 'last, or the first digits of an id that npx millrace gov ls shows'
  throw new InvalidInputError({ field: 'proposal', value: text, expected })
}

async function standingProposals({ chain }: Client): Promise<StandingProposal[]> {
  const proposals = await readProposals(chain)
  const standings = await Promise.all(
    proposals.map(({ proposalId }) => readProposal(chain, proposalId)),
  )
  return proposals.flatMap((proposal, i) => {
    const standing = standings[i]
    const id = `0x${proposal.proposalId.toString(16).padStart(64, '0')}`
    return standing === undefined ? [] : [{ ...proposal, id, standing }]
  })
}

const callsOf = ({ chain }: Client, { calls }: Pick<Proposal, 'calls'>): string[] =>
  calls.map((call) => describeCall(chain.contracts, call))

function documentOf(client: Client, { proposalId: _, standing, ...proposal }: StandingProposal) {
  return { ...proposal, ...standing, what: callsOf(client, proposal) }
}
