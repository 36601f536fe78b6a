import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Hex } from '@millrace/base'
import { writeDurably } from './chainDir.ts'
import { ChainFolderCorruptError } from './chainNodeErrors.ts'

/** The whole state of the EVM after a block, and the log segment that goes on from there. */
export type Snapshot = { segment: number; timestamp: number; sizeBytes: number; stateJson: Buffer }

// First line: JSON of { segment, timestamp }. Then anvil's state, JSON packed by gzip.
const FILE = 'snapshot'

/** Replaces the snapshot; until this returns the old one and its segment count. */
export function writeSnapshot(
  dir: string,
  { segment, timestamp, state }: { segment: number; timestamp: number; state: Hex },
): number {
  const head = Buffer.from(`${JSON.stringify({ segment, timestamp })}\n`)
  const bytes = Buffer.concat([head, Buffer.from(state.slice(2), 'hex')])
  writeDurably(join(dir, FILE), bytes)
  return bytes.length
}

/** Undefined before the first snapshot. */
export function readSnapshot(dir: string): Snapshot | undefined {
  const file = join(dir, FILE)
  if (!existsSync(file)) return undefined
  try {
    const bytes = readFileSync(file)
    const end = bytes.indexOf(10)
    const { segment, timestamp } = JSON.parse(bytes.toString('utf8', 0, end))
    return {
      segment,
      timestamp,
      sizeBytes: bytes.length,
      stateJson: gunzipSync(bytes.subarray(end + 1)),
    }
  } catch (cause) {
    throw new ChainFolderCorruptError({ file, reason: String(cause), cause })
  }
}
