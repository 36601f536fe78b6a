import type { Address, Hex } from '@millrace/base'
import type { ReadClient } from '../client/readClient.ts'
import type { QueryOptions } from './readContract.ts'
import type { PlainLog } from './readRequest.ts'

export type SimulatedCall = { from: Address; to: Address; data: Hex }

/** Calls in a block of their own, with other code at some addresses from then on. */
export type SimulatedBlock = {
  calls: readonly SimulatedCall[]
  codes?: Readonly<Record<Address, Hex>>
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
 * What calls would do on top of the latest block, one after the other; nothing is sent, nobody signs.
 * One list of answers for each block, in order.
 */
export async function simulateCalls(
  client: ReadClient,
  blocks: readonly SimulatedBlock[],
  { signal }: QueryOptions = {},
): Promise<SimulatedAnswer[][]> {
  const blockStateCalls = blocks.map(({ calls, codes = {} }) => ({
    calls,
    stateOverrides: Object.fromEntries(
      Object.entries(codes).map(([address, code]) => [address, { code }]),
    ),
  }))
  const answers = await client.rpc<{ calls: RpcAnswer[] }[]>(
    'eth_simulateV1',
    [{ blockStateCalls }, 'latest'],
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
