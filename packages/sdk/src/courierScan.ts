import { type Hex, ZERO_ADDRESS } from '@millrace/base'
import { bagOfLog, DAPP_TOPICS, type PlainLog, readEvents, requestOfLog } from '@millrace/chain'
import type { PlacedRequest } from './carryRequest.ts'
import type { Client } from './client.ts'
import type { FollowedDeal } from './settlements.ts'

/** What contracts have asked for since a block, and the deals that came of it. */
export type FoundDapps = {
  requests: (PlacedRequest & { block: number })[]
  deals: FollowedDeal[]
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
  if (head < fromBlock) return { requests: [], deals: [], next: fromBlock }
  const filter = {
    topics: [DAPP_TOPICS],
    fromBlock: `0x${fromBlock.toString(16)}`,
    toBlock: `0x${head.toString(16)}`,
  }
  const [logs, matches] = await Promise.all([
    chain.rpc<RpcLog[]>('eth_getLogs', [filter], { signal }),
    readEvents(
      chain,
      { contract: 'market', name: 'OrdersMatched', where: {}, fromBlock },
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
  const deals = matches
    .filter(({ block, args }) => block <= head && args.terms.callback !== ZERO_ADDRESS)
    .map(({ args, txHash, block }) => ({ dealId: args.dealId, terms: args.terms, txHash, block }))
  return { requests, deals, next: head + 1 }
}
