import type { Address, Hex } from '@millrace/base'
import { encodeFunctionData, hashTypedData, type TypedDataDefinition } from 'viem'
import type { ReadClient } from '../client/readClient.ts'
import { RpcFailedError } from '../errors/rpcErrors.ts'
import { recoverTyped, type TypedData } from '../signing/signTyped.ts'
import type { QueryOptions } from './readContract.ts'

/**
 * Whether `signer` signed EIP-712 data, by the rule of the contracts: an account with code answers
 * itself (ERC-1271), any other signs with its key.
 *
 * @see contracts/src/interfaces/IMarket.sol BadSignature
 */
export async function verifySignature(
  client: ReadClient,
  { signer, data, signature }: { signer: Address; data: TypedData; signature: Hex },
  { signal }: QueryOptions = {},
): Promise<boolean> {
  const code = await client.rpc<Hex>('eth_getCode', [signer, 'latest'], { signal })
  if (code === '0x') return (await recoverTyped(data, signature)) === signer
  const hash = hashTypedData(data as unknown as TypedDataDefinition)
  const call = encodeFunctionData({ abi: ERC1271_ABI, args: [hash, signature] })
  const answer = await answerOf(client.rpc<Hex>('eth_call', [{ to: signer, data: call }, 'latest']))
  return answer?.slice(0, 66) === ERC1271_MAGIC.padEnd(66, '0')
}

/** A stranger's contract may also revert; that is a no. */
export async function answerOf(call: Promise<Hex>): Promise<Hex | undefined> {
  try {
    return await call
  } catch (error) {
    if (error instanceof RpcFailedError) return undefined
    throw error
  }
}

const ERC1271_MAGIC = '0x1626ba7e'
const ERC1271_ABI = [
  {
    type: 'function',
    name: 'isValidSignature',
    stateMutability: 'view',
    inputs: [
      { name: 'hash', type: 'bytes32' },
      { name: 'signature', type: 'bytes' },
    ],
    outputs: [{ name: '', type: 'bytes4' }],
  },
] as const
