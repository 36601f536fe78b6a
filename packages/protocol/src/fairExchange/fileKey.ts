import { type Hex, type Hex32, ZERO_HEX32 } from '@millrace/base'
import { keccakOf } from '../hash.ts'
import { eip712Domain, type ProtocolDomain } from '../orders.ts'
import type { FileKey } from './fileOffer.ts'

/** What a seller signs to get the key of an offer; `verifyingContract` is FairExchange. */
export function fileKeyTypedData(offerId: Hex32, domain: ProtocolDomain) {
  return {
    domain: eip712Domain(domain),
    types: { FileKey: [{ name: 'offerId', type: 'bytes32' }] },
    primaryType: 'FileKey',
    message: { offerId },
  } as const
}

/**
 * Key of an offer out of the seller's signature over {@link fileKeyTypedData}. Wallets sign the same
 * data alike (RFC 6979), so a seller has nothing to keep between the offer and the reveal.
 *
 * @param isSalted - False for a file whose `plainRoot` anybody shall be able to compute.
 */
export function fileKeyOf(signature: Hex, isSalted: boolean): FileKey {
  const secret = keccakOf('05', signature)
  return { secret, salt: isSalted ? keccakOf('06', signature) : ZERO_HEX32 }
}
