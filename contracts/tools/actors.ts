import type { Address, Hex32 } from '@millrace/base'
import { keccak256, toHex } from 'viem'
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'

/** Somebody with a key; address in lower case, as everywhere off chain. */
export type Actor = { name: string; key: Hex32; address: Address; account: PrivateKeyAccount }

/** The same name gives the same key on every run, so that vectors can be made again. */
export function actorOf(name: string): Actor {
  const key = keccak256(toHex(`millrace test key of ${name}`)) as Hex32
  const account = privateKeyToAccount(key)
  return { name, key, account, address: account.address.toLowerCase() as Address }
}
