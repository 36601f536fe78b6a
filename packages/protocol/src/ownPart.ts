import type { Address, Hex, Hex32, ResultDigest, UnixSeconds } from '@millrace/base'
import type { BatchPart, BatchWorker } from './batch.ts'
import { type DealTerms, hashDeal } from './deal.ts'

/** One of a worker's own votes, with all that names its task. */
export type OwnVote = { terms: DealTerms; index: number; digest: ResultDigest }

/** What a worker shows on chain of a batch: its own tasks as if there were no others, and its record. */
export type OwnPart = { parts: BatchPart[]; record: BatchWorker }

/**
 * A worker's part of a batch as `Reveals.forceReveal` and `Claims.forfeit` take it.
 *
 * @param parameters.votes - In the order of the seal, which has the tasks of a deal together.
 * @see contracts/src/interfaces/IReveals.sol
 */
export function ownPart({
  votes,
  ...opening
}: {
  worker: Address
  seed: Hex32
  signature: Hex
  commitBy: UnixSeconds
  votes: readonly OwnVote[]
}): OwnPart {
  const parts: BatchPart[] = []
  let last: string | undefined
  for (const { terms, index, digest } of votes) {
    const dealId = hashDeal(terms)
    if (dealId !== last) parts.push({ terms, tasks: [] })
    parts.at(-1)?.tasks.push({ index, digests: [digest] })
    last = dealId
  }
  return { parts, record: { ...opening, votes: votes.map((_, slot) => ({ slot, variant: 0 })) } }
}
