import {
  type Address,
  bytesToHex,
  type Hex,
  hexToBytes,
  InvalidInputError,
  type ResultDigest,
} from '@millrace/base'
import type { BatchTask, BatchVote } from './batch.ts'

const DIGEST_BYTES = 32
// Address, seed, signature and commitBy come before the number of votes.
const VOTER_BYTES = 20 + 32 + 65 + 6
const VOTE_BYTES = 3

/**
 * Inverse of {@link encodeTasks}, for calldata of strangers.
 *
 * @throws {InvalidInputError}
 */
export function decodeTasks(tasks: Hex): BatchTask[] {
  const bytes = hexToBytes(tasks)
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const found: BatchTask[] = []
  let at = 0
  while (at < bytes.length) {
    if (at + 5 > bytes.length) throw cutOff('tasks', bytes.length)
    const [index, count] = [view.getUint32(at), view.getUint8(at + 4)]
    const end = at + 5 + count * DIGEST_BYTES
    if (end > bytes.length) throw cutOff('tasks', bytes.length)
    const digests = Array.from({ length: count }, (_, i) => {
      const from = at + 5 + i * DIGEST_BYTES
      return bytesToHex(bytes.subarray(from, from + DIGEST_BYTES)) as ResultDigest
    })
    found.push({ index, digests })
    at = end
  }
  return found
}

/**
 * Votes in `workers` of settleBatch; seeds and signatures are left out.
 *
 * @throws {InvalidInputError}
 */
export function decodeVotes(workers: Hex): { worker: Address; votes: BatchVote[] }[] {
  const bytes = hexToBytes(workers)
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const found: { worker: Address; votes: BatchVote[] }[] = []
  let at = 0
  while (at < bytes.length) {
    if (at + VOTER_BYTES + 2 > bytes.length) throw cutOff('workers', bytes.length)
    const worker = bytesToHex(bytes.subarray(at, at + 20)) as Address
    const count = view.getUint16(at + VOTER_BYTES)
    at += VOTER_BYTES + 2
    if (at + count * VOTE_BYTES > bytes.length) throw cutOff('workers', bytes.length)
    const votes = Array.from({ length: count }, (_, i) => ({
      slot: view.getUint16(at + i * VOTE_BYTES),
      variant: view.getUint8(at + i * VOTE_BYTES + 2),
    }))
    found.push({ worker, votes })
    at += count * VOTE_BYTES
  }
  return found
}

const cutOff = (field: string, value: number) =>
  new InvalidInputError({ field, value: `${value} bytes`, expected: 'whole records' })
