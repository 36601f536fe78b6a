import type { Hex } from '@millrace/base'
import {
  type OrderByKind,
  type OrderKind,
  orderTypedData,
  type ProtocolDomain,
} from '@millrace/protocol'
import type { LocalAccount } from 'viem'
import { signTyped } from './signTyped.ts'

/**
 * Signs an order as the owner of what it offers, or as the requester.
 *
 * @param domain - {@link marketDomain} of the client.
 * @returns 65 bytes: r, s, v.
 */
export function signOrder<K extends OrderKind>(
  account: LocalAccount,
  kind: K,
  order: OrderByKind[K],
  domain: ProtocolDomain,
): Promise<Hex> {
  return signTyped(account, orderTypedData(kind, order, domain))
}
