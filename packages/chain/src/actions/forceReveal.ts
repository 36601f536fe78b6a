import type { Address, Hex32, TxHash, UnixSeconds } from '@millrace/base'
import { encodeTasks, encodeWorkers, type Inclusion, type OwnPart } from '@millrace/protocol'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { writeContract } from './writeContract.ts'

/** A worker's part of a committed batch; `ownPart` of @millrace/protocol makes `parts` and `record`. */
export type OwnPartParameters = OwnPart & {
  pool: Address
  nonce: bigint
  /** As emitted by `BatchCommitted`. */
  root: Hex32
  committedAt: UnixSeconds
}

/**
 * Reveals a worker's votes on chain: it cannot be declared absent any more.
 *
 * @param parameters.place - Where the worker stands under the root; without it the worker has no claim
 *   should the pool drop the batch.
 * @throws {RevealWindowClosedError} `REVEAL_WINDOW_CLOSED`
 * @throws {AlreadyRevealedError} `ALREADY_REVEALED`
 * @throws {NotInBatchError} `NOT_IN_BATCH`
 * @see contracts/src/interfaces/IReveals.sol forceReveal
 */
export function forceReveal(
  client: WriteClient,
  { place = NO_PLACE, ...part }: OwnPartParameters & { place?: Inclusion | undefined },
  options?: SendOptions,
): Promise<TxHash> {
  const args = [...ownPartArgs(part), place] as const
  return writeContract(client, { contract: 'reveals', functionName: 'forceReveal', args }, options)
}

const NO_PLACE: Inclusion = { position: 0n, count: 0n, proof: [] }

/** What both calls about a worker's own part begin with. */
export function ownPartArgs({ pool, nonce, root, committedAt, parts, record }: OwnPartParameters) {
  const packed = parts.map(({ terms, tasks }) => ({ terms, tasks: encodeTasks(tasks) }))
  return [pool, nonce, root, committedAt, packed, encodeWorkers([record])] as const
}
