import type { Address, Hex32, UnixSeconds } from '@millrace/base'
import { canonicalJson } from '@millrace/base'
import { eip712Domain, type ProtocolDomain } from '@millrace/protocol'
import { keccak256, stringToHex } from 'viem'
import type { Assignment } from './session.ts'

/** What a worker signs to open a session; the challenge is fresh, so a signature serves once. */
export function sessionTypedData(
  message: { pool: Address; worker: Address; challenge: Hex32 },
  domain: ProtocolDomain,
) {
  return {
    domain: eip712Domain(domain),
    types: {
      Session: [
        { name: 'pool', type: 'address' },
        { name: 'worker', type: 'address' },
        { name: 'challenge', type: 'bytes32' },
      ],
    },
    primaryType: 'Session',
    message,
  } as const
}

/** What a pool signs when it hands out work: one signature for the list of one message. */
export function assignmentsTypedData(
  { pool, worker, items }: { pool: Address; worker: Address; items: readonly Assignment[] },
  domain: ProtocolDomain,
) {
  return {
    domain: eip712Domain(domain),
    types: {
      Assignments: [
        { name: 'pool', type: 'address' },
        { name: 'worker', type: 'address' },
        { name: 'itemsHash', type: 'bytes32' },
      ],
    },
    primaryType: 'Assignments',
    message: { pool, worker, itemsHash: keccak256(stringToHex(canonicalJson(items))) },
  } as const
}

/** What a pool signs when it has stored commitments; `root` is their receiptRoot, in message order. */
export function receiptTypedData(
  message: { pool: Address; nonce: bigint; worker: Address; root: Hex32; until: UnixSeconds },
  domain: ProtocolDomain,
) {
  return {
    domain: eip712Domain(domain),
    types: {
      Receipt: [
        { name: 'pool', type: 'address' },
        { name: 'nonce', type: 'uint64' },
        { name: 'worker', type: 'address' },
        { name: 'root', type: 'bytes32' },
        { name: 'until', type: 'uint48' },
      ],
    },
    primaryType: 'Receipt',
    message,
  } as const
}
