import {
  closeSync,
  existsSync,
  fdatasync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Hex } from '@millrace/base'
import { syncDir } from './chainDir.ts'
import { ChainFolderCorruptError } from './chainNodeErrors.ts'

/** A transaction that was acknowledged, or a block that was shown. */
export type LogRecord =
  | { kind: 'transaction'; hash: Hex; raw: Hex }
  | { kind: 'block'; number: number; timestamp: number; hash: Hex; txHashes: Hex[] }

/** Records since the last snapshot, in the order in which they were made durable. */
export type WriteAheadLog = {
  /** Resolves when the records are on disk. */
  append(records: readonly LogRecord[]): Promise<void>
  /** Bytes in the current segment. */
  size(): number
  close(): void
}

// One line a record: T <hash> <raw>, or B <number> <timestamp> <hash> <tx hash>,<tx hash>...
// A crash tears at most the last line, which then was acknowledged to nobody.
const HASH = '0x[0-9a-f]{64}'
const TRANSACTION = new RegExp(`^T (${HASH}) (0x[0-9a-f]+)$`)
const BLOCK = new RegExp(`^B (\\d+) (\\d+) (${HASH}) ((?:${HASH},?)*)$`)

export function segmentFile(dir: string, segment: number): string {
  return join(dir, `log-${segment}.txt`)
}

/** Opens a segment for appending: a fresh one, or an old one with a torn last line cut off. */
export function openLog(
  dir: string,
  segment: number,
  { fresh = false }: { fresh?: boolean } = {},
): WriteAheadLog {
  const file = segmentFile(dir, segment)
  if (fresh) rmSync(file, { force: true })
  const fd = openSync(file, 'a+')
  syncDir(dir)
  let size = wholeLength(readFileSync(fd))
  ftruncateSync(fd, size)

  const append: WriteAheadLog['append'] = (records) =>
    new Promise((resolve, reject) => {
      const bytes = Buffer.from(records.map(printRecord).join(''), 'latin1')
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
      size += bytes.length
      fdatasync(fd, (error) => (error ? reject(error) : resolve()))
    })

  return { append, size: () => size, close: () => closeSync(fd) }
}

/** Records of a segment; none when it does not exist yet. */
export function readLog(dir: string, segment: number): LogRecord[] {
  const file = segmentFile(dir, segment)
  if (!existsSync(file)) return []
  const bytes = readFileSync(file)
  const lines = bytes.toString('latin1', 0, wholeLength(bytes)).split('\n').slice(0, -1)
  return lines.map((line, i) => parseRecord(line, `${file}:${i + 1}`))
}

/** Removes segments that a snapshot made needless. */
export function removeSegmentsBelow(dir: string, segment: number): void {
  for (const name of readdirSync(dir)) {
    const number = /^log-(\d+)\.txt$/.exec(name)?.[1]
    if (number !== undefined && Number(number) < segment) rmSync(join(dir, name), { force: true })
  }
}

function wholeLength(bytes: Buffer): number {
  return bytes.lastIndexOf(10) + 1
}

function printRecord(record: LogRecord): string {
  if (record.kind === 'transaction') return `T ${record.hash} ${record.raw}\n`
  const { number, timestamp, hash, txHashes } = record
  return `B ${number} ${timestamp} ${hash} ${txHashes.join(',')}\n`
}

function parseRecord(line: string, place: string): LogRecord {
  const [, txHash, raw] = TRANSACTION.exec(line) ?? []
  if (txHash !== undefined && raw !== undefined)
    return { kind: 'transaction', hash: txHash as Hex, raw: raw as Hex }
  const [, number, timestamp, hash, txHashes] = BLOCK.exec(line) ?? []
  if (hash === undefined)
    throw new ChainFolderCorruptError({ file: place, reason: 'no record of a log' })
  return {
    kind: 'block',
    number: Number(number),
    timestamp: Number(timestamp),
    hash: hash as Hex,
    txHashes: (txHashes ? txHashes.split(',') : []) as Hex[],
  }
}
