import { type DealId, type Hex, type Hex32, type OrderHash, ZERO_ADDRESS } from '@millrace/base'
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
import { CallPlacesNothingError } from './errors.ts'
import { type CallbackSimulation, simulateCallback } from './simulateCallback.ts'

/** A request that a simulated call has placed, and what its callback would do. */
export type CallSimulation = {
  requestHash: OrderHash
  request: RequestOrder
  /** Gas of the call that places the request. */
  callGas: bigint
  result: DeliveredResult
  callback: CallbackSimulation
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
 * @throws {CallPlacesNothingError} `CALL_PLACES_NOTHING`
 */
export async function simulateCall(
  client: Pick<Client, 'chain'>,
  { call, produce, bagIndex = 0, abi }: SimulateCallParameters,
  { signal }: { signal?: AbortSignal } = {},
): Promise<CallSimulation> {
  const options = signal === undefined ? {} : { signal }
  const [[placed] = []] = await simulateCalls(client.chain, [{ calls: [call] }], options)
  const found = placed?.logs
    .map((log) => requestOfLog(client.chain, log))
    .find((request) => request !== undefined)
  if (placed === undefined || !placed.isSuccess || found === undefined) {
    const reason = placed?.isSuccess === false ? revertReason(placed.data, abi) : undefined
    throw new CallPlacesNothingError({ to: call.to, reason })
  }
  const { requestHash, order: request } = found
  if (request.callback === ZERO_ADDRESS)
    throw new CallPlacesNothingError({ to: call.to, reason: 'its request names no callback' })
  const bags = placed.logs.map(bagOfLog).filter((bag) => bag !== undefined)
  const result = await produce(request, bags.find(({ bag }) => bag === request.bag)?.content)
  const callback = await simulateCallback(
    client,
    {
      callback: request.callback,
      callbackGas: request.callbackGas,
      task: { requestHash, bagIndex: BigInt(bagIndex), dealId: SIMULATED_DEAL, index: bagIndex },
      outcome: { result },
      before: [call],
      ...(abi === undefined ? {} : { abi }),
    },
    options,
  )
  return { requestHash, request, callGas: placed.gasUsed, result, callback }
}
