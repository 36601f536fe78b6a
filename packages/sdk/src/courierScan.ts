import { type Hex, type TaskId, ZERO_ADDRESS } from '@millrace/base'
import {
  bagOfLog,
  DAPP_TOPICS,
  type EventInBlock,
  type PlainLog,
  readEvents,
  requestOfLog,
} from '@millrace/chain'
import type { PlacedRequest } from './carryRequest.ts'
import type { Client } from './client.ts'
import type { FollowedDeal } from './settlements.ts'

/** What contracts have asked for since a block, and the deals that came of it. */
export type FoundDapps = {
  requests: (PlacedRequest & { block: number })[]
  deals: FollowedDeal[]
  /** Tasks of such deals whose appeal is over: what they wait for, or were told, may be another thing now. */
  judged: { deal: FollowedDeal; index: number; block: number }[]
  /** First block that was not looked at. */
  next: number
}

type RpcLog = PlainLog & { blockNumber: Hex }

/** Requests that contracts have placed, and deals with a callback, from a block to the latest one. */
export async function scanDapps(
  { chain }: Pick<Client, 'chain'>,
  fromBlock: number,
  signal: AbortSignal,
): Promise<FoundDapps> {
  const head = Number(await chain.rpc<Hex>('eth_blockNumber', [], { signal })) - chain.confirmations
  if (head < fromBlock) return { requests: [], deals: [], judged: [], next: fromBlock }
  const filter = {
    topics: [DAPP_TOPICS],
    fromBlock: `0x${fromBlock.toString(16)}`,
    toBlock: `0x${head.toString(16)}`,
  }
  const [logs, matches, closed] = await Promise.all([
    chain.rpc<RpcLog[]>('eth_getLogs', [filter], { signal }),
    readEvents(
      chain,
      { contract: 'market', name: 'OrdersMatched', where: {}, fromBlock },
      { signal },
    ),
    readEvents(
      chain,
      { contract: 'appeals', name: 'AppealClosed', where: {}, fromBlock },
      { signal },
    ),
  ])
  const bags = new Map(
    logs.flatMap((log) => {
      const found = bagOfLog(log)
      return found === undefined ? [] : [[found.bag, found.content] as const]
    }),
  )
  const requests = logs.flatMap((log) => {
    const found = requestOfLog(chain, log)
    if (found === undefined) return []
    return [{ ...found, bag: bags.get(found.order.bag), block: Number(log.blockNumber) }]
  })
  const deals = matches.filter(({ block }) => block <= head).flatMap(dappDealOf)
  const judged = await Promise.all(
    closed
      .filter(({ block }) => block <= head)
      .map(async ({ args: { taskId }, block }) => {
        const found = await dealOfAppeal(chain, taskId, signal)
        return found === undefined ? [] : [{ ...found, block }]
      }),
  )
  return { requests, deals, judged: judged.flat(), next: head + 1 }
}

function dappDealOf({ args, txHash, block }: EventInBlock<'OrdersMatched'>): FollowedDeal[] {
  const { dealId, terms } = args
  return terms.callback === ZERO_ADDRESS ? [] : [{ dealId, terms, txHash, block }]
}

/** The deal and place of an appealed task, if a contract waits for it. */
async function dealOfAppeal(
  chain: Client['chain'],
  taskId: TaskId,
  signal: AbortSignal,
): Promise<{ deal: FollowedDeal; index: number } | undefined> {
  const opened = {
    contract: 'appeals',
    name: 'AppealOpened',
    where: { taskId },
    fromBlock: 0,
  } as const
  const [appeal] = await readEvents(chain, opened, { signal })
  if (appeal === undefined) return undefined
  const { dealId, index } = appeal.args
  const matched = {
    contract: 'market',
    name: 'OrdersMatched',
    where: { dealId },
    fromBlock: 0,
  } as const
  const [deal] = (await readEvents(chain, matched, { signal })).flatMap(dappDealOf)
  return deal === undefined ? undefined : { deal, index }
}
