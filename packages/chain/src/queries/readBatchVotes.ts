import type { Hex, ResultDigest, TxHash } from '@millrace/base'
import { type DealTerms, decodeTasks, decodeVotes, hashDeal, hashTask } from '@millrace/protocol'
import { decodeFunctionData } from 'viem'
import { ABIS } from '../client/contracts.ts'
import type { ReadClient } from '../client/readClient.ts'
import type { QueryOptions } from './readContract.ts'

/** Most votes that a result leaf counts; with more it says this. */
const MAX_VOTES = 255

/**
 * How many workers of a settled batch voted for a digest of a task, as its result leaf counts them; read
 * from the transaction that settled, which must call Work itself. Undefined for any other transaction.
 *
 * @see docs/protocol/batches.md
 */
export async function readBatchVotes(
  client: ReadClient,
  txHash: TxHash,
  { signal }: QueryOptions = {},
): Promise<((task: { taskId: string; digest: ResultDigest }) => number) | undefined> {
  const tx = await client.rpc<{ input: Hex } | null>('eth_getTransactionByHash', [txHash], {
    signal,
  })
  try {
    return votesOfInput(tx?.input ?? '0x')
  } catch {
    return undefined
  }
}

function votesOfInput(data: Hex) {
  const call = decodeFunctionData({ abi: ABIS.work, data })
  if (call.functionName === 'settleTrusted') return () => 1
  if (call.functionName !== 'settleBatch') return undefined
  const [, , , , parts, workers] = call.args
  const slots = parts.flatMap(({ terms, tasks }) => {
    const dealId = hashDeal(terms as unknown as DealTerms)
    return decodeTasks(tasks).map(({ index, digests }) => ({
      taskId: hashTask(dealId, index),
      digests,
    }))
  })
  const counts = new Map<string, number>()
  for (const { votes } of decodeVotes(workers))
    for (const { slot, variant } of votes) {
      const key = `${slots[slot]?.taskId} ${slots[slot]?.digests[variant]}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
  return ({ taskId, digest }: { taskId: string; digest: ResultDigest }): number =>
    Math.min(counts.get(`${taskId} ${digest}`) ?? 0, MAX_VOTES)
}
