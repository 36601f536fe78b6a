import { bytesToHex, canonicalJson, type Hex32, InvalidInputError } from '@millrace/base'
import { type ArchiveFile, packArchive, readArchive } from './archive.ts'
import { hashOutputs, RESULT_STATUS, type ResultStatus, type ResultSummary } from './digest.ts'

/** SHA-256 given by the caller: native where there is one, this package stays pure. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array

/** What a run leaves, as far as it is published. */
export type RunOutput = {
  status: ResultStatus
  exitCode: number
  fuel: bigint
  stdout: Uint8Array
  stderr: Uint8Array
  /** Plain files below /out, paths relative to it. */
  files: readonly ArchiveFile[]
}

/** stderr is for people and no part of the digest; more than this is cut off. */
export const MAX_STDERR_BYTES = 64 * 1024

/** The archive by which a result is published: `result.json`, `stdout`, `stderr`, `out/...`. */
export function packResult({
  status,
  exitCode,
  fuel,
  stdout,
  stderr,
  files,
}: RunOutput): Uint8Array {
  const json = canonicalJson({ status, exitCode, fuel })
  return packArchive([
    { path: 'result.json', bytes: new TextEncoder().encode(json) },
    { path: 'stdout', bytes: stdout },
    { path: 'stderr', bytes: stderr.subarray(0, MAX_STDERR_BYTES) },
    ...files.map(({ path, bytes }) => ({ path: `out/${path}`, bytes })),
  ])
}

/**
 * Inverse of {@link packResult} for archives from strangers.
 *
 * @throws {InvalidInputError} when it is not an archive, or not one of a result.
 */
export function readResult(archive: Uint8Array): RunOutput {
  const files = new Map(readArchive(archive).map(({ path, bytes }) => [path, bytes]))
  const take = (path: string): Uint8Array => {
    const bytes = files.get(path)
    if (bytes === undefined)
      throw new InvalidInputError({
        field: 'result archive',
        value: 'without it',
        expected: `an archive with ${path}`,
      })
    files.delete(path)
    return bytes
  }
  const head = readHead(take('result.json'))
  const [stdout, stderr] = [take('stdout'), take('stderr')]
  const outputs = [...files].map(([path, bytes]) => {
    if (!path.startsWith('out/'))
      throw new InvalidInputError({
        field: 'result archive',
        value: path,
        expected: 'files below out/ only',
      })
    return { path: path.slice(4), bytes }
  })
  return { ...head, stdout, stderr, files: outputs }
}

/** Summary of a run's output, hashed by {@link hashResult} with the task's id. */
export function summariseOutput(output: RunOutput, sha256: Sha256): ResultSummary {
  const digest = (bytes: Uint8Array) => bytesToHex(sha256(bytes)) as Hex32
  const { status, exitCode, fuel, stdout, files } = output
  const outRoot = hashOutputs(
    files.map(({ path, bytes }) => ({ path, sizeBytes: bytes.length, sha256: digest(bytes) })),
  )
  return { status, exitCode, fuel, stdoutSha256: digest(stdout), outRoot }
}

/**
 * Recomputes what an archive claims, from its bytes alone.
 *
 * @throws {InvalidInputError}
 */
export function summariseArchive(archive: Uint8Array, sha256: Sha256): ResultSummary {
  return summariseOutput(readResult(archive), sha256)
}

function readHead(bytes: Uint8Array): Pick<RunOutput, 'status' | 'exitCode' | 'fuel'> {
  const bad = (value: unknown) =>
    new InvalidInputError({
      field: 'result.json',
      value,
      expected: 'status, exitCode and fuel as packResult writes them',
    })
  let head: unknown
  try {
    head = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw bad('no JSON')
  }
  const { status, exitCode, fuel } = (head ?? {}) as Record<string, unknown>
  if (typeof status !== 'string' || !Object.hasOwn(RESULT_STATUS, status)) throw bad(status)
  if (!Number.isInteger(exitCode) || (exitCode as number) < 0 || (exitCode as number) > 0xffff_ffff)
    throw bad(exitCode)
  if (typeof fuel !== 'string' || !/^\d{1,19}$/.test(fuel)) throw bad(fuel)
  return { status: status as ResultStatus, exitCode: exitCode as number, fuel: BigInt(fuel) }
}
