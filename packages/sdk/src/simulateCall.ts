import {
  type DealId,
  type Hex,
  type Hex32,
  type OrderHash,
  unixSeconds,
  ZERO_ADDRESS,
} from '@millrace/base'
import {
  bagOfLog,
  type DeliveredResult,
  requestOfLog,
  revertReason,
  type SimulatedCall,
  simulateCalls,
} from '@millrace/chain'
import type { RequestOrder } from '@millrace/protocol'
import { type Abi, keccak256, toHex } from 'viem'
import type { Client } from './client.ts'
import { CallPlacesNothingError, RequestUnsteadyError } from './errors.ts'
import { type CallbackSimulation, type Moment, simulateCallback } from './simulateCallback.ts'

/** A request that a simulated call has placed, and what its callback would do. */
export type CallSimulation = {
  requestHash: OrderHash
  request: RequestOrder
  /** Gas of the call that places the request. */
  callGas: bigint
  result: DeliveredResult
  callback: CallbackSimulation
  /** Of the last call: on it the call places the request once more, down to its hash. */
  moment: Moment
}

export type SimulateCallParameters = {
  /** The call of the dapp that places a request. */
  call: SimulatedCall
  /** Runs the request's program, or makes a result up; `bag` when the contract has made it. */
  produce: (
    request: RequestOrder,
    bag: Hex | undefined,
  ) => Promise<DeliveredResult> | DeliveredResult
  /** The task's place in the bag. */
  bagIndex?: number
  /** Of the dapp, to name its own errors. */
  abi?: Abi
}

/** Names a deal that there is not: simulated callbacks have nothing else to refer to. */
export const SIMULATED_DEAL = keccak256(toHex('millrace/simulated deal')) as Hex32 & DealId

/**
 * A dapp's whole way on top of the latest block: the call that places the request, the program, the callback.
 * Nothing is sent; nobody needs money, gas, or a pool.
 *
 * The call is made twice, before the program runs and after it, and may ask by another name each time: what
 * expires holds the time of its block. What it asks for must be the same.
 *
 * @throws {CallPlacesNothingError} `CALL_PLACES_NOTHING`
 * @throws {RequestUnsteadyError} `REQUEST_UNSTEADY`
 */
export async function simulateCall(
  client: Pick<Client, 'chain'>,
  { call, produce, bagIndex = 0, abi }: SimulateCallParameters,
  { signal }: { signal?: AbortSignal } = {},
): Promise<CallSimulation> {
  const first = await place(client, { call, abi, signal })
  const result = await produce(first.request, first.bag)
  const { request, requestHash, callGas, moment } = await place(client, { call, abi, signal })
  const changed = WORK.filter((field) => first.request[field] !== request[field])
  if (changed.length > 0) throw new RequestUnsteadyError({ to: call.to, fields: changed })
  const callback = await simulateCallback(
    client,
    {
      callback: request.callback,
      callbackGas: request.callbackGas,
      task: { requestHash, bagIndex: BigInt(bagIndex), dealId: SIMULATED_DEAL, index: bagIndex },
      outcome: { result },
      before: [call],
      moment,
      ...(abi === undefined ? {} : { abi }),
    },
    signal === undefined ? {} : { signal },
  )
  return { requestHash, request, callGas, result, callback, moment }
}

/** What a result depends on. */
const WORK = [
  ...(['app', 'dataset', 'bag', 'bagCodec'] as const),
  ...(['fuel', 'memoryMiB', 'diskMiB', 'wallSec'] as const),
]

type Placed = {
  requestHash: OrderHash
  request: RequestOrder
  /** When the contract has made it. */
  bag: Hex | undefined
  callGas: bigint
  /** On which the same call places the same request, down to its hash. */
  moment: Moment
}

type Placing = { call: SimulatedCall; abi: Abi | undefined; signal: AbortSignal | undefined }

async function place(
  { chain }: Pick<Client, 'chain'>,
  { call, abi, signal }: Placing,
): Promise<Placed> {
  const head = await chain.rpc<{ number: Hex; timestamp: Hex }>(
    'eth_getBlockByNumber',
    ['latest', false],
    { signal },
  )
  const time = unixSeconds(Number(head.timestamp) + 1)
  const moment = { onBlock: Number(head.number), time }
  const { onBlock } = moment
  const [[placed] = []] = await simulateCalls(chain, [{ calls: [call], time }], { onBlock, signal })
  const found = placed?.logs
    .map((log) => requestOfLog(chain, log))
    .find((request) => request !== undefined)
  if (placed === undefined || !placed.isSuccess || found === undefined) {
    const reason = placed?.isSuccess === false ? revertReason(placed.data, abi) : undefined
    throw new CallPlacesNothingError({ to: call.to, reason })
  }
  const { requestHash, order: request } = found
  if (request.callback === ZERO_ADDRESS)
    throw new CallPlacesNothingError({ to: call.to, reason: 'its request names no callback' })
  const bags = placed.logs.map(bagOfLog).filter((bag) => bag !== undefined)
  const bag = bags.find(({ bag }) => bag === request.bag)?.content
  return { requestHash, request, bag, callGas: placed.gasUsed, moment }
}
