import type { ResultDigest } from '@millrace/base'
import {
  type ChainEvent,
  type Delivery,
  isEvent,
  readBatchFacts,
  readBatchVotes,
  readEvents,
  waitForReceipt,
} from '@millrace/chain'
import { decodeResults, hashTask, merkleProof, merkleRoot, resultLeaf } from '@millrace/protocol'
import type { Client } from './client.ts'
import { DeliveryUnprovableError } from './errors.ts'
import type { FollowedDeal } from './settlements.ts'

/** How a task settled, with all that the chain wants to see of it. */
export type ProvenSettlement = {
  digest: ResultDigest
  settlement: Delivery['settlement']
  /** Of the settling transaction. */
  events: ChainEvent[]
  blockNumber: number
}

/**
 * Proof that a task settled, from the events and the calldata of its settlement; undefined while it has not.
 *
 * @throws {DeliveryUnprovableError} `DELIVERY_UNPROVABLE`
 * @see contracts/src/interfaces/IWork.sol verifyResult
 */
export async function proveSettlement(
  client: Pick<Client, 'chain'>,
  { dealId, block }: Pick<FollowedDeal, 'dealId' | 'block'>,
  index: number,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<ProvenSettlement | undefined> {
  const { chain } = client
  const options = signal === undefined ? {} : { signal }
  const where = {
    contract: 'work',
    name: 'TasksSettled',
    where: { dealId },
    fromBlock: block,
  } as const
  for (const { txHash, args } of await readEvents(chain, where, options)) {
    const found = decodeResults(args.results).find((result) => result.index === index)
    if (found === undefined) continue
    const { events, blockNumber } = await waitForReceipt(chain, txHash, options)
    const votesFor = await readBatchVotes(chain, txHash, options)
    const ofBatch = (event: { pool: string; nonce: bigint }) =>
      event.pool === args.pool && event.nonce === args.nonce
    const tasks = events
      .filter((event) => isEvent(event, 'TasksSettled'))
      .filter((event) => ofBatch(event.args))
      .flatMap(({ args: part }) =>
        decodeResults(part.results).map((result) => ({
          taskId: hashTask(part.dealId, result.index),
          dealId: part.dealId,
          ...result,
        })),
      )
    const settled = events
      .filter((event) => isEvent(event, 'BatchSettled'))
      .find((event) => ofBatch(event.args))
    if (settled === undefined || votesFor === undefined)
      throw new DeliveryUnprovableError({
        deal: dealId,
        index,
        reason: 'its votes are not in the open',
      })
    const leaves = tasks.map((task) => resultLeaf(task, votesFor(task)))
    if (merkleRoot(leaves) !== settled.args.resultRoot)
      throw new DeliveryUnprovableError({
        deal: dealId,
        index,
        reason: `its tasks give another root than ${settled.args.resultRoot}`,
      })
    const batch = { ...settled.args, settledIn: blockNumber, fromBlock: block }
    const facts = await readBatchFacts(chain, batch, options)
    const position = tasks.findIndex((task) => task.dealId === dealId && task.index === index)
    const place = { position, count: leaves.length, proof: merkleProof(leaves, position) }
    const votes = votesFor({ taskId: hashTask(dealId, index), digest: found.digest })
    return {
      digest: found.digest,
      settlement: { nonce: args.nonce, facts, votes, place },
      events,
      blockNumber,
    }
  }
  return undefined
}
