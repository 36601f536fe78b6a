import type { ProtocolDomain } from '@millrace/protocol'
import type { ReadClient } from '../client/readClient.ts'

/** EIP-712 domain of orders. */
export function marketDomain({ chainId, contracts }: ReadClient): ProtocolDomain {
  return { chainId, verifyingContract: contracts.market }
}

/** EIP-712 domain of seals. */
export function workDomain({ chainId, contracts }: ReadClient): ProtocolDomain {
  return { chainId, verifyingContract: contracts.work }
}
