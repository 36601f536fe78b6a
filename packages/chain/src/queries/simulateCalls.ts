import type { Address, Hex, UnixSeconds } from '@millrace/base'
import type { ReadClient } from '../client/readClient.ts'
import type { PlainLog } from './readRequest.ts'

export type SimulatedCall = { from: Address; to: Address; data: Hex }

/** Calls in a block of their own, with other code at some addresses from then on. */
export type SimulatedBlock = {
  calls: readonly SimulatedCall[]
  codes?: Readonly<Record<Address, Hex>>
  /** Of the block; later than that of the one before. The node's choice unless given. */
  time?: UnixSeconds
}

/** A block to simulate on; nodes of ours know the last 16. */
export type SimulateOptions = {
  signal?: AbortSignal | undefined
  onBlock?: number | undefined
}

export type SimulatedAnswer = {
  isSuccess: boolean
  gasUsed: bigint
  /** What the call returned, or reverted with. */
  data: Hex
  logs: PlainLog[]
}

type RpcAnswer = {
  status: Hex
  gasUsed: Hex
  returnData: Hex
  logs?: PlainLog[]
  error?: { data?: Hex }
}

/**
 * What calls would do on top of a block, the latest unless given, one after the other; nothing is sent, nobody
 * signs. One list of answers for each block, in order.
 */
export async function simulateCalls(
  client: ReadClient,
  blocks: readonly SimulatedBlock[],
  { signal, onBlock }: SimulateOptions = {},
): Promise<SimulatedAnswer[][]> {
  const blockStateCalls = blocks.map(({ calls, codes = {}, time }) => ({
    calls,
    ...(time === undefined ? {} : { blockOverrides: { time: toQuantity(time) } }),
    stateOverrides: Object.fromEntries(
      Object.entries(codes).map(([address, code]) => [address, { code }]),
    ),
  }))
  const answers = await client.rpc<{ calls: RpcAnswer[] }[]>(
    'eth_simulateV1',
    [{ blockStateCalls }, onBlock === undefined ? 'latest' : toQuantity(onBlock)],
    { signal },
  )
  return answers.map(({ calls }) =>
    calls.map(({ status, gasUsed, returnData, logs = [], error }) => ({
      isSuccess: status === '0x1',
      gasUsed: BigInt(gasUsed),
      data: status === '0x1' ? returnData : (error?.data ?? returnData),
      logs: logs.map(({ address, topics, data }) => ({ address, topics, data })),
    })),
  )
}

const toQuantity = (value: number): Hex => `0x${value.toString(16)}`
