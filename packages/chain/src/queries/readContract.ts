import type { Hex } from '@millrace/base'
import {
  type ContractFunctionArgs,
  type ContractFunctionName,
  type ContractFunctionReturnType,
  type DecodeFunctionResultParameters,
  decodeFunctionResult,
  type EncodeFunctionDataParameters,
  encodeFunctionData,
} from 'viem'
import { ABIS, type ContractName } from '../client/contracts.ts'
import type { ReadClient } from '../client/readClient.ts'
import { decodedErrors } from '../errors/decodeContractError.ts'

export type ReadFunction<C extends ContractName> = ContractFunctionName<
  (typeof ABIS)[C],
  'view' | 'pure'
>
export type ReadArgs<C extends ContractName, F extends ReadFunction<C>> = ContractFunctionArgs<
  (typeof ABIS)[C],
  'view' | 'pure',
  F
>

export type ReadContractParameters<C extends ContractName, F extends ReadFunction<C>> = {
  contract: C
  functionName: F
  args: ReadArgs<C, F>
}

export type QueryOptions = {
  signal?: AbortSignal
  /** State as of this block; the latest by default. */
  blockNumber?: number
  /** State as of now, with the time of the block that would come next. */
  pending?: boolean
}

/**
 * Calls a view of one of our contracts at the latest block or an older one. Calls made in one turn of the event
 * loop share one request.
 *
 * @throws the contract's error, decoded
 */
export async function readContract<C extends ContractName, F extends ReadFunction<C>>(
  client: ReadClient,
  { contract, functionName, args }: ReadContractParameters<C, F>,
  { signal, blockNumber, pending = false }: QueryOptions = {},
): Promise<ContractFunctionReturnType<(typeof ABIS)[C], 'view' | 'pure', F, ReadArgs<C, F>>> {
  const call = { abi: ABIS[contract], functionName, args }
  const data = encodeFunctionData(call as unknown as EncodeFunctionDataParameters)
  const to = client.contracts[contract]
  const latest = pending ? 'pending' : 'latest'
  const block = blockNumber === undefined ? latest : `0x${blockNumber.toString(16)}`
  const result = await decodedErrors(
    client.rpc<Hex>('eth_call', [{ to, data }, block], { signal }),
    { to, contracts: client.contracts },
  )
  const answer = { abi: ABIS[contract], functionName, data: result }
  return decodeFunctionResult(answer as unknown as DecodeFunctionResultParameters) as never
}
