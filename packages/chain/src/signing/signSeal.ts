import type { Hex } from '@millrace/base'
import { type BatchName, type ProtocolDomain, type Seal, sealTypedData } from '@millrace/protocol'
import type { LocalAccount } from 'viem'
import { signTyped } from './signTyped.ts'

/**
 * Signs a worker's part of a batch.
 *
 * @param seal - With the chained hash of the worker's own commitments; sign only what you made yourself.
 * @param domain - {@link workDomain} of the client.
 * @returns 65 bytes: r, s, v.
 */
export function signSeal(
  account: LocalAccount,
  batch: BatchName,
  seal: Seal,
  domain: ProtocolDomain,
): Promise<Hex> {
  return signTyped(account, sealTypedData(batch, seal, domain))
}
