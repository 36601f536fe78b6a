import { type Address, address, type Hex } from '@millrace/base'
import {
  type LocalAccount,
  type RecoverTypedDataAddressParameters,
  recoverTypedDataAddress,
  type TypedDataDefinition,
} from 'viem'

/** EIP-712 data as the `...TypedData` functions of @millrace/protocol and @millrace/wire make it. */
export type TypedData = {
  domain: object
  types: Record<string, unknown>
  primaryType: string
  message: object
}

/** Signs EIP-712 data; 65 bytes: r, s, v. */
export function signTyped(account: LocalAccount, data: TypedData): Promise<Hex> {
  return account.signTypedData(data as unknown as TypedDataDefinition)
}

/** Who signed EIP-712 data; undefined when the signature is none. */
export async function recoverTyped(data: TypedData, signature: Hex): Promise<Address | undefined> {
  try {
    const parameters = { ...data, signature } as unknown as RecoverTypedDataAddressParameters
    return address(await recoverTypedDataAddress(parameters))
  } catch {
    return undefined
  }
}
