import { type Address, bytesToHex, type Hex, hex32, hexToBytes, unixSeconds } from '@millrace/base'
import type { AbsentWorker, BatchWorker } from '../batch.ts'

/** Inverse of `encodeWorkers`. */
export function decodeWorkers(workers: Hex): BatchWorker[] {
  const read = reader(workers)
  const found: BatchWorker[] = []
  while (!read.isDone()) {
    const worker = read.hex(20) as Address
    const seed = hex32(read.hex(32))
    const signature = read.hex(65)
    const commitBy = unixSeconds(read.number(6))
    const votes = Array.from({ length: read.number(2) }, () => ({
      slot: read.number(2),
      variant: read.number(1),
    }))
    found.push({ worker, seed, signature, commitBy, votes })
  }
  return found
}

/** Inverse of `encodeAbsent`. */
export function decodeAbsent(absent: Hex): AbsentWorker[] {
  const read = reader(absent)
  const found: AbsentWorker[] = []
  while (!read.isDone()) {
    const worker = read.hex(20) as Address
    const head = hex32(read.hex(32))
    found.push({ worker, head, signature: read.hex(65), commitBy: unixSeconds(read.number(6)) })
  }
  return found
}

function reader(packed: Hex) {
  const bytes = hexToBytes(packed)
  let pos = 0
  const take = (count: number): Uint8Array => {
    if (pos + count > bytes.length) throw new RangeError(`packed bytes end at ${bytes.length}`)
    pos += count
    return bytes.subarray(pos - count, pos)
  }
  return {
    isDone: () => pos >= bytes.length,
    hex: (count: number): Hex => bytesToHex(take(count)),
    number: (count: number): number => take(count).reduce((sum, byte) => sum * 256 + byte, 0),
  }
}
