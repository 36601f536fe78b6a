import type { Address, Hex, Hex32, OrderHash, TxHash } from '@millrace/base'
import { hashOrder, ORDER_TYPES, type RequestOrder } from '@millrace/protocol'
import {
  type AbiEvent,
  type AbiParameter,
  decodeEventLog,
  decodeFunctionData,
  parseAbiItem,
  toEventSelector,
} from 'viem'
import { ABIS } from '../client/contracts.ts'
import type { ReadClient } from '../client/readClient.ts'
import { marketDomain } from '../signing/domains.ts'
import type { QueryOptions } from './readContract.ts'

/** Event of IRequester, which any contract may emit. */
const REQUEST_PLACED = {
  type: 'event',
  name: 'RequestPlaced',
  inputs: [
    { name: 'requestHash', type: 'bytes32', indexed: true },
    {
      name: 'order',
      type: 'tuple',
      components: Object.values(ORDER_TYPES.request)[0] as readonly AbiParameter[],
    },
  ],
} as const satisfies AbiEvent

/** Event of IRequester with the bytes of a bag that was made on chain. */
const BAG_POSTED = parseAbiItem('event BagPosted(bytes32 indexed bag, bytes content)')

/** First topics of what contracts say that place requests. */
export const DAPP_TOPICS: readonly Hex[] = [REQUEST_PLACED, BAG_POSTED].map((event) =>
  toEventSelector(event),
)

/** The bytes of a bag that a contract has made, if a log is one; their hash is the reader's to check. */
export function bagOfLog({ topics, data }: PlainLog): { bag: Hex32; content: Hex } | undefined {
  if (topics[0] !== toEventSelector(BAG_POSTED)) return undefined
  try {
    const { args } = decodeEventLog({ abi: [BAG_POSTED], topics: topics as [Hex, ...Hex[]], data })
    return args as { bag: Hex32; content: Hex }
  } catch {
    return undefined
  }
}

/** A log as far as it matters here. */
export type PlainLog = { address: Address; topics: readonly Hex[]; data: Hex }

/**
 * The request that a contract has placed with event RequestPlaced, if a log is one. Anybody can emit
 * anything: what is not the request that its hash names is none.
 */
export function requestOfLog(
  client: ReadClient,
  { topics, data }: PlainLog,
): { requestHash: OrderHash; order: RequestOrder } | undefined {
  if (topics[0] !== toEventSelector(REQUEST_PLACED)) return undefined
  try {
    const decoded = decodeEventLog({
      abi: [REQUEST_PLACED],
      topics: topics as [Hex, ...Hex[]],
      data,
    })
    const order = lowerCase(decoded.args.order as unknown as RequestOrder)
    const requestHash = hashOrder('request', order, marketDomain(client))
    return requestHash === topics[1] ? { requestHash, order } : undefined
  } catch {
    return undefined
  }
}

/**
 * The request order behind a hash, as the chain knows it: from event RequestPlaced of the contract that
 * placed it, or from the transaction that matched it. Undefined when neither has it.
 *
 * @see contracts/src/interfaces/IRequester.sol
 */
export async function readRequest(
  client: ReadClient,
  { requestHash, matchTx }: { requestHash: OrderHash; matchTx?: TxHash },
  { signal }: QueryOptions = {},
): Promise<RequestOrder | undefined> {
  const filter = {
    topics: [toEventSelector(REQUEST_PLACED), requestHash],
    fromBlock: '0x0',
    toBlock: 'latest',
  }
  const logs = await client.rpc<PlainLog[]>('eth_getLogs', [filter], { signal })
  for (const log of logs) {
    const found = requestOfLog(client, log)
    if (found !== undefined) return found.order
  }
  return matchTx === undefined ? undefined : requestOfMatch(client, requestHash, matchTx, signal)
}

async function requestOfMatch(
  client: ReadClient,
  requestHash: OrderHash,
  matchTx: TxHash,
  signal: AbortSignal | undefined,
): Promise<RequestOrder | undefined> {
  const tx = await client.rpc<{ input: Hex } | null>('eth_getTransactionByHash', [matchTx], {
    signal,
  })
  try {
    const call = decodeFunctionData({ abi: ABIS.market, data: tx?.input ?? '0x' })
    if (call.functionName !== 'matchOrders') return undefined
    const order = lowerCase(call.args[3] as unknown as RequestOrder)
    const found: Hex32 = hashOrder('request', order, marketDomain(client))
    return found === requestHash ? order : undefined
  } catch {
    return undefined
  }
}

function lowerCase(order: RequestOrder): RequestOrder {
  return Object.fromEntries(
    Object.entries(order).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.toLowerCase() : value,
    ]),
  ) as RequestOrder
}
