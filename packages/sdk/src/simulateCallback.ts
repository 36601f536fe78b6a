import {
  type Address,
  bytesToHex,
  type DealId,
  type Hex,
  type OrderHash,
  type UnixSeconds,
} from '@millrace/base'
import {
  type DeliveredResult,
  type PlainLog,
  revertReason,
  type SimulatedCall,
  simulateCalls,
} from '@millrace/chain'
import { type Abi, encodeFunctionData, parseAbi } from 'viem'
import type { Client } from './client.ts'

/** What a contract knows its task by, field for field `TaskRef` of contracts/src/types/Results.sol. */
export type TaskRef = {
  requestHash: OrderHash
  /** The task's place in the request's bag. */
  bagIndex: bigint
  dealId: DealId
  /** The task's place in its deal. */
  index: number
}

export const FAILURE_REASON = { expired: 1, spoiled: 2, overturned: 3 } as const
export type FailureReason = keyof typeof FAILURE_REASON

export type SimulateCallbackParameters = {
  callback: Address
  /** As the request has it. */
  callbackGas: number
  task: TaskRef
  /** What it is told: a result, or that there is none. */
  outcome: { result: DeliveredResult } | { failure: FailureReason }
  /** Calls that come first, for instance the one that places the request. */
  before?: readonly SimulatedCall[]
  /** Where they are simulated; on the latest block unless given. */
  moment?: Moment
  /** Of the contract, to name its own errors. */
  abi?: Abi
}

/** A block to simulate on, and the time of the simulated one: what is read from the clock comes out the same. */
export type Moment = { onBlock: number; time: UnixSeconds }

/** What a callback would do. */
export type CallbackSimulation = {
  /** Whether it returns within its gas. */
  isCalled: boolean
  /** Gas that it takes, with the cost of calling it. */
  gasUsed: bigint
  /** Why it fails: its error by name, its text, or that the gas was used up. */
  reason: string | undefined
  /** Events, as they are logged. */
  logs: PlainLog[]
  /** Bytes of the call, for a debugger. */
  callData: Hex
}

const CALLBACK_ABI = parseAbi([
  'struct TaskRef { bytes32 requestHash; uint64 bagIndex; bytes32 dealId; uint32 index; }',
  'struct Result { uint8 status; uint32 exitCode; uint64 fuel; uint48 finalAt; string path; bytes content; }',
  'function onResult(TaskRef task, Result result)',
  'function onFailure(TaskRef task, uint8 reason)',
])

/**
 * Stands at the place of Deliveries while simulating, so that the callback sees its own caller and its own
 * gas, and says what came back. Calldata: gas, target, then the call's bytes. Returns: success, gas used, then
 * what the call returned.
 */
const FORWARDER =
  '0x60403603806040600037' + // copy the call's bytes to 0
  '5a' + // gas before
  '6000600083600060006020356000' + // return nothing; arguments from 0; no value; target
  '35f1' + // gas; call
  '905a9003' + // gas before - gas after
  '602052600052' + // success at 0, gas used at 32
  '3d600060403e60403d016000f3' // what it returned behind them

/**
 * Runs a callback on top of a block, the latest unless given, as Deliveries would run it. Nothing is sent and nothing has to
 * have settled: an author tries a contract with whatever result it likes.
 *
 * @see contracts/src/interfaces/ICallback.sol
 */
export async function simulateCallback(
  client: Pick<Client, 'chain'>,
  { callback, callbackGas, task, outcome, before = [], moment, abi }: SimulateCallbackParameters,
  { signal }: { signal?: AbortSignal } = {},
): Promise<CallbackSimulation> {
  const { chain } = client
  const callData = encodeCallback(task, outcome)
  const { deliveries } = chain.contracts
  const data: Hex = `0x${word(callbackGas)}${word(callback)}${callData.slice(2)}`
  const blocks = [
    ...(before.length > 0
      ? [{ calls: before, ...(moment === undefined ? {} : { time: moment.time }) }]
      : []),
    {
      calls: [{ from: callback, to: deliveries, data }],
      codes: { [deliveries]: FORWARDER as Hex },
    },
  ]
  const answers = await simulateCalls(chain, blocks, { signal, onBlock: moment?.onBlock })
  const answer = answers.at(-1)?.[0]
  if (answer === undefined) throw new RangeError('the node simulated nothing')
  const [success, used] = [answer.data.slice(2, 66), answer.data.slice(66, 130)]
  const isCalled = BigInt(`0x${success}`) === 1n
  const gasUsed = BigInt(`0x${used}`)
  const returned: Hex = `0x${answer.data.slice(130)}`
  const isOut = !isCalled && returned === '0x' && gasUsed >= BigInt(callbackGas)
  const why = isOut ? `all ${callbackGas} gas is used up` : revertReason(returned, abi)
  return { isCalled, gasUsed, reason: isCalled ? undefined : why, logs: answer.logs, callData }
}

function encodeCallback(task: TaskRef, outcome: SimulateCallbackParameters['outcome']): Hex {
  return 'result' in outcome
    ? encodeFunctionData({
        abi: CALLBACK_ABI,
        functionName: 'onResult',
        args: [task, outcome.result],
      })
    : encodeFunctionData({
        abi: CALLBACK_ABI,
        functionName: 'onFailure',
        args: [task, FAILURE_REASON[outcome.failure]],
      })
}

/** A result that an author makes up: what the program prints, with a good end. */
export function printedResult(text: string | Uint8Array): DeliveredResult {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  return {
    status: 0,
    exitCode: 0,
    fuel: 0n,
    finalAt: 0 as DeliveredResult['finalAt'],
    path: '',
    content: bytesToHex(bytes),
  }
}

const word = (value: number | Address): string =>
  (typeof value === 'number' ? value.toString(16) : value.slice(2)).padStart(64, '0')
