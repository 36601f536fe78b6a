import type { Address } from '@millrace/base'
import { signTyped } from '@millrace/chain'
import { type ProtocolDomain, receiptRoot } from '@millrace/protocol'
import { assignmentsTypedData, type PoolMessage, receiptTypedData } from '@millrace/wire'
import type { LocalAccount } from 'viem'
import type { UnsignedMessage } from '../core/effects.ts'

export type Signer = { account: LocalAccount; pool: Address; domain: ProtocolDomain }

/** Puts the pool's name under what binds it: assignments and receipts. */
export async function signMessage(
  { account, pool, domain }: Signer,
  worker: Address,
  message: UnsignedMessage,
): Promise<PoolMessage> {
  if (message.type === 'assignments') {
    const data = assignmentsTypedData({ pool, worker, items: message.items }, domain)
    return { ...message, signature: await signTyped(account, data) }
  }
  if (message.type === 'receipts') {
    const { nonce, items, until } = message
    const root = receiptRoot(items)
    const data = receiptTypedData({ pool, nonce, worker, root, until }, domain)
    return { ...message, root, signature: await signTyped(account, data) }
  }
  return message
}
