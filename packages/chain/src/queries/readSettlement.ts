import {
  type Address,
  type DealId,
  type Hex,
  type ResultDigest,
  type TaskId,
  type TxHash,
  unixSeconds,
} from '@millrace/base'
import {
  type DealTerms,
  decodeAbsent,
  decodeResults,
  decodeTasks,
  decodeWorkers,
  hashDeal,
  hashTask,
  type Settlement,
} from '@millrace/protocol'
import { type Abi, decodeFunctionData } from 'viem'
import { ABIS } from '../client/contracts.ts'
import type { ReadClient } from '../client/readClient.ts'
import { isEvent } from '../events/chainEvent.ts'
import { waitForReceipt } from '../receipts/waitForReceipt.ts'
import { readEvents } from './readEvents.ts'

/** What a transaction that settled batches showed; one is looked for by pool and nonce. */
export type ReadSettlementParameters = { txHash: TxHash; pool: Address; nonce: bigint }

/**
 * Everything that a batch's settlement showed, from the calldata of its transaction and from its events.
 *
 * @returns undefined if the transaction was no direct call of settleBatch: then its calldata is somewhere else.
 */
export async function readSettlement(
  client: ReadClient,
  { txHash, pool, nonce }: ReadSettlementParameters,
): Promise<Settlement | undefined> {
  const [transaction, { events, blockNumber }, [committed]] = await Promise.all([
    client.rpc<{ input: Hex } | null>('eth_getTransactionByHash', [txHash]),
    waitForReceipt(client, txHash),
    readEvents(client, {
      contract: 'work',
      name: 'BatchCommitted',
      where: { pool, nonce },
      fromBlock: 0,
    }),
  ])
  const settled = events
    .filter((event) => isEvent(event, 'BatchSettled'))
    .find(({ args }) => args.pool === pool && args.nonce === nonce)
  const without = events
    .filter((event) => isEvent(event, 'AbsentLeftOut'))
    .find(({ args }) => args.pool === pool && args.nonce === nonce)
  const call = transaction === null ? undefined : decodeCall(transaction.input)
  if (settled === undefined || committed === undefined) return undefined
  if (call?.pool !== pool || call.nonce !== nonce) return undefined
  const winners = new Map<TaskId, ResultDigest>()
  for (const event of events)
    if (isEvent(event, 'TasksSettled') && event.args.nonce === nonce && event.args.pool === pool)
      for (const { index, digest } of decodeResults(event.args.results))
        winners.set(hashTask(event.args.dealId, index), digest)
  const block = await client.rpc<{ timestamp: Hex }>('eth_getBlockByNumber', [
    `0x${blockNumber.toString(16)}`,
    false,
  ])
  const facts = {
    resultRoot: settled.args.resultRoot,
    batchRoot: without?.args.batchRoot ?? committed.args.root,
    committedAt: committed.args.committedAt,
    settledAt: unixSeconds(Number(block.timestamp)),
  }
  return { ...call, facts, winners }
}

type Call = Omit<Settlement, 'facts' | 'winners'>

function decodeCall(data: Hex): Call | undefined {
  const { functionName, args } = decodeFunctionData({ abi: ABIS.work as Abi, data })
  if (functionName !== 'settleBatch') return undefined
  const [pool, nonce, , , parts, workers, absent] = args as unknown as SettleArgs
  return {
    pool: pool.toLowerCase() as Address,
    nonce,
    parts: parts.map(({ terms, tasks }) => ({
      dealId: hashDeal(terms) as DealId,
      tasks: decodeTasks(tasks),
    })),
    workers: decodeWorkers(workers),
    absent: decodeAbsent(absent),
  }
}

type SettleArgs = readonly [
  pool: Address,
  nonce: bigint,
  committedAt: number,
  locations: Hex,
  parts: readonly { terms: DealTerms; tasks: Hex }[],
  workers: Hex,
  absent: Hex,
]
