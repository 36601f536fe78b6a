import type { Address, Hex32, TxHash, UnixSeconds } from '@millrace/base'
import {
  type AbsentWorker,
  type BatchPart,
  type BatchWorker,
  encodeAbsent,
  encodeTasks,
  encodeWorkers,
  sortSeals,
} from '@millrace/protocol'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { writeContract } from './writeContract.ts'

export type SettleBatchParameters = {
  pool: Address
  nonce: bigint
  /** As emitted by `BatchCommitted`. */
  committedAt: UnixSeconds
  /** sha256 digest of the block that maps tasks to the CIDs of their results. */
  locations: Hex32
  parts: readonly BatchPart[]
  /** In any order; sent ascending by address. */
  workers: readonly BatchWorker[]
  /** Sealed, and not heard of within the reveal window; default none. In any order. */
  absent?: readonly AbsentWorker[]
}

/**
 * Settles a committed batch: the contract rebuilds every vote, pays, and stores the hash of its facts. Tasks
 * without enough odds are spoiled.
 *
 * @throws {SettleWindowClosedError} `SETTLE_WINDOW_CLOSED`
 * @throws {NotCredibleError} `NOT_CREDIBLE`
 * @throws {BadSealError} `BAD_SEAL`
 * @see contracts/src/interfaces/IWork.sol settleBatch
 */
export function settleBatch(
  client: WriteClient,
  { pool, nonce, committedAt, locations, parts, workers, absent = [] }: SettleBatchParameters,
  options?: SendOptions,
): Promise<TxHash> {
  return writeContract(
    client,
    {
      contract: 'work',
      functionName: 'settleBatch',
      args: [
        pool,
        nonce,
        committedAt,
        locations,
        parts.map(({ terms, tasks }) => ({ terms, tasks: encodeTasks(tasks) })),
        encodeWorkers(sortSeals(workers)),
        encodeAbsent(sortSeals(absent)),
      ],
    },
    options,
  )
}
