import { type Hex, type TxHash, ZERO_ADDRESS } from '@millrace/base'
import { PLAIN } from '@millrace/protocol'
import {
  type ContractFunctionArgs,
  type ContractFunctionName,
  type EncodeFunctionDataParameters,
  encodeFunctionData,
} from 'viem'
import { ABIS, type ContractName } from '../client/contracts.ts'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'

export type WriteFunction<C extends ContractName> = ContractFunctionName<
  (typeof ABIS)[C],
  'nonpayable' | 'payable'
>

export type WriteContractParameters<C extends ContractName, F extends WriteFunction<C>> = {
  contract: C
  functionName: F
  args: ContractFunctionArgs<(typeof ABIS)[C], 'nonpayable' | 'payable', F>
}

/**
 * Sends a call of one of our contracts through the client's outbox.
 *
 * The hash is that of the first signed form; a fee bump changes it, and {@link waitForReceipt}
 * follows.
 *
 * @throws the contract's error, decoded, when a dry run of the call fails; nothing was sent then.
 */
export function writeContract<C extends ContractName, F extends WriteFunction<C>>(
  client: WriteClient,
  { contract, functionName, args }: WriteContractParameters<C, F>,
  options: SendOptions = {},
): Promise<TxHash> {
  const call = { abi: ABIS[contract], functionName, args }
  const data = encodeFunctionData(call as unknown as EncodeFunctionDataParameters) as Hex
  return client.send(
    { to: client.contracts[contract], data, value: 0n, label: `${contract}.${functionName}` },
    options,
  )
}

/** Orders without a data set carry an empty data set order. */
export const NO_DATASET = {
  dataset: ZERO_ADDRESS,
  price: 0n,
  volume: 0n,
  expiresAt: 0,
  salt: 0n,
  onlyApp: ZERO_ADDRESS,
  onlyPool: ZERO_ADDRESS,
  onlyRequester: ZERO_ADDRESS,
  ...PLAIN.dataset,
} as const
