import { bytesToHex, type Hex32, hexToBytes, type ResultDigest, type TaskId } from '@millrace/base'
import { sha256 } from 'viem'

/**
 * How an execution ended, as far as it is a result: deterministic, agreed on and paid.
 * What is not deterministic (`timeout`, `cancelled`, `host-error`) is no result and is retried.
 */
export const RESULT_STATUS = {
  ok: 0,
  exit: 1,
  trap: 2,
  fuel: 3,
  memory: 4,
  depth: 5,
  disk: 6,
  stdout: 7,
} as const
export type ResultStatus = keyof typeof RESULT_STATUS

export type ResultSummary = {
  status: ResultStatus
  /** Exit code of the program; 0 unless status is `exit`. */
  exitCode: number
  /** Fuel used, whole units. */
  fuel: bigint
  stdoutSha256: Hex32
  outRoot: Hex32
}

/**
 * What workers vote on:
 * `sha256("millrace/result/1" | taskId 32 | status 1 | exitCode 4 BE | fuel 8 BE | stdoutSha256 32 | outRoot 32)`.
 * stderr, wall time and the host never enter it.
 */
export function hashResult(taskId: TaskId, summary: ResultSummary): ResultDigest {
  const { status, exitCode, fuel, stdoutSha256, outRoot } = summary
  const head = new Uint8Array(13)
  const view = new DataView(head.buffer)
  view.setUint8(0, RESULT_STATUS[status])
  view.setUint32(1, exitCode >>> 0)
  view.setBigUint64(5, fuel)
  return sha256(
    concat([DOMAIN, hexToBytes(taskId), head, hexToBytes(stdoutSha256), hexToBytes(outRoot)]),
  ) as ResultDigest
}

/** One regular file of a result, path relative to /out with `/` between names. */
export type OutputFile = { path: string; sizeBytes: number; sha256: Hex32 }

/**
 * Binary Merkle root over a result's files, sorted by the UTF-8 bytes of their paths.
 * Leaf: sha256(00 | path length 4 BE | size 8 BE | path | sha256). Node: sha256(01 | left | right).
 * An odd node moves up unchanged; no files: sha256(02).
 */
export function hashOutputs(files: readonly OutputFile[]): Hex32 {
  if (files.length === 0) return sha256(Uint8Array.of(2)) as Hex32
  let level = sortByPath(files).map(hashLeaf)
  while (level.length > 1) {
    const next: Uint8Array[] = []
    for (let i = 0; i < level.length; i += 2) {
      const [left, right] = [level[i] as Uint8Array, level[i + 1]]
      next.push(right ? sha256(concat([Uint8Array.of(1), left, right]), 'bytes') : left)
    }
    level = next
  }
  return bytesToHex(level[0] as Uint8Array) as Hex32
}

/** Files in the order of the UTF-8 bytes of their paths. */
export function sortByPath<F extends { path: string }>(files: readonly F[]): F[] {
  const keyed = files.map((file) => ({ file, key: utf8(file.path) }))
  return keyed.sort((a, b) => compareBytes(a.key, b.key)).map(({ file }) => file)
}

/** The leaf of a file in the tree of {@link hashOutputs}. */
export function hashOutputFile(file: OutputFile): Hex32 {
  return bytesToHex(hashLeaf(file)) as Hex32
}

function hashLeaf({ path, sizeBytes, sha256: content }: OutputFile): Uint8Array {
  const name = utf8(path)
  const head = new Uint8Array(13)
  const view = new DataView(head.buffer)
  view.setUint32(1, name.length)
  view.setBigUint64(5, BigInt(sizeBytes))
  return sha256(concat([head, name, hexToBytes(content)]), 'bytes')
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const difference = (a[i] as number) - (b[i] as number)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const DOMAIN = utf8('millrace/result/1')
