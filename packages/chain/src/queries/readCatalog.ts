import type { Address, Hex, Hex32, UnixSeconds } from '@millrace/base'
import { CODE_KIND, type CodeKind } from '../actions/proposeCode.ts'
import type { ReadClient } from '../client/readClient.ts'
import type { QueryOptions } from './readContract.ts'
import { type EventInBlock, readEvents } from './readEvents.ts'

export type CodeStatus = 'proposed' | 'approved' | 'revoked'

/** A code that somebody proposed, and what became of it. */
export type CatalogCode = {
  codeProposalId: Hex32
  codeHash: Hex32
  kind: CodeKind
  proposer: Address
  source: Hex32
  description: Hex32
  audit: string
  reviewUntil: UnixSeconds
  status: CodeStatus
  objections: { objector: Address; reason: Hex32 }[]
  /** Contracts deployed from it; all of them are marked when it is revoked. */
  deployed: { deployed: Address; deployer: Address; salt: Hex32; arguments: Hex }[]
}

/** The catalogue of contracts since a block, in order of proposals, from events alone. */
export async function readCatalog(
  client: ReadClient,
  { fromBlock = 0 }: { fromBlock?: number } = {},
  options?: QueryOptions,
): Promise<CatalogCode[]> {
  const read = <
    N extends 'CodeProposed' | 'CodeObjected' | 'CodeApproved' | 'CodeRevoked' | 'CodeDeployed',
  >(
    name: N,
  ): Promise<EventInBlock<N>[]> =>
    readEvents(client, { contract: 'catalog', name, where: {}, fromBlock }, options)
  const [proposed, objected, approved, revoked, deployed] = await Promise.all([
    read('CodeProposed'),
    read('CodeObjected'),
    read('CodeApproved'),
    read('CodeRevoked'),
    read('CodeDeployed'),
  ])
  const approvals = new Set(approved.map(({ args }) => args.proposalId))
  const revocations = new Set(revoked.map(({ args }) => args.codeHash))
  return proposed.map(({ args }) => {
    const { proposalId, codeHash, proposer, source, description, audit, reviewUntil } = args
    const isApproved = approvals.has(proposalId)
    return {
      codeProposalId: proposalId,
      codeHash,
      kind: kindOf(args.kind),
      proposer,
      source,
      description,
      audit,
      reviewUntil,
      status: statusOf(isApproved, revocations.has(codeHash)),
      objections: objected
        .filter((event) => event.args.proposalId === proposalId)
        .map((event) => ({ objector: event.args.objector, reason: event.args.reason })),
      // Several may propose one code; what was deployed belongs to the proposal that was approved.
      deployed: deployed
        .filter((event) => isApproved && event.args.codeHash === codeHash)
        .map(({ args: { codeHash: _, ...rest } }) => rest),
    }
  })
}

function statusOf(isApproved: boolean, isRevoked: boolean): CodeStatus {
  if (!isApproved) return 'proposed'
  return isRevoked ? 'revoked' : 'approved'
}

function kindOf(kind: number): CodeKind {
  const entry = Object.entries(CODE_KIND).find(([, number]) => number === kind)
  return (entry?.[0] ?? 'callback') as CodeKind
}
