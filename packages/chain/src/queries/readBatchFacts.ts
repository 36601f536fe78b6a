import { type Address, type Hex, type Hex32, unixSeconds, ZERO_HEX32 } from '@millrace/base'
import type { BatchFacts } from '@millrace/protocol'
import type { ReadClient } from '../client/readClient.ts'
import type { QueryOptions } from './readContract.ts'
import { readEvents } from './readEvents.ts'

export type ReadBatchFactsParameters = {
  pool: Address
  nonce: bigint
  /** As event BatchSettled says. */
  resultRoot: Hex32
  /** Block that the batch settled in. */
  settledIn: number
  /** Any block before its commit; default 0. */
  fromBlock?: number
}

/**
 * What the chain keeps of a settled batch, put together from the log: it stores only the hash. A batch without a
 * commit was settled on trust.
 *
 * @see contracts/src/types/Batches.sol
 */
export async function readBatchFacts(
  client: ReadClient,
  { pool, nonce, resultRoot, settledIn, fromBlock = 0 }: ReadBatchFactsParameters,
  { signal }: QueryOptions = {},
): Promise<BatchFacts> {
  const options = signal === undefined ? {} : { signal }
  const where = { pool, nonce }
  const [block, [commit], [without]] = await Promise.all([
    client.rpc<{ timestamp: Hex }>(
      'eth_getBlockByNumber',
      [`0x${settledIn.toString(16)}`, false],
      options,
    ),
    readEvents(client, { contract: 'work', name: 'BatchCommitted', where, fromBlock }, options),
    readEvents(client, { contract: 'work', name: 'AbsentLeftOut', where, fromBlock }, options),
  ])
  const settledAt = unixSeconds(Number(block.timestamp))
  const committedAt = commit?.args.committedAt ?? settledAt
  const batchRoot = without?.args.batchRoot ?? commit?.args.root ?? ZERO_HEX32
  return { resultRoot, batchRoot, committedAt, settledAt }
}
