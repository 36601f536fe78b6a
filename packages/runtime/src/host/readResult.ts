import { isInnerPath, RESULT_STATUS, type ResultStatus } from '@millrace/protocol'
import type { ResultHead } from '../child/messages.ts'
import type { RunLimits, RunResult } from '../runtime.ts'
import { MAX_STDERR_BYTES } from '../wasi/streams.ts'

/** The most bytes that an honest child can answer with. */
export function maxResultBytes(limits: RunLimits): number {
  return limits.stdoutBytes + MAX_STDERR_BYTES + limits.diskBytes
}

/**
 * Checks and takes apart a child's answer. Children run strangers' programs: should one ever break
 * out into its process, it still cannot say more than a program could.
 *
 * @throws {Error} when no honest child says that.
 */
export function readResult(
  head: ResultHead,
  body: Buffer,
  { limits, wallMs }: { limits: RunLimits; wallMs: number },
): RunResult {
  const cut = cutter(body)
  const stdout = cut(head.stdoutBytes, limits.stdoutBytes)
  const stderr = cut(head.stderrBytes, MAX_STDERR_BYTES)
  const files = head.files.map(({ path, sizeBytes }) => {
    check(typeof path === 'string' && isInnerPath(path), 'a path')
    return { path, bytes: cut(sizeBytes, limits.diskBytes) }
  })
  check(cut.done(), 'a length')
  check(new Set(files.map(({ path }) => path)).size === files.length, 'the same path twice')
  const { status, exitCode } = head
  check(Object.hasOwn(RESULT_STATUS, status), 'a status')
  check(Number.isInteger(exitCode) && exitCode >= 0 && exitCode < 2 ** 32, 'an exit code')
  check((exitCode !== 0) === (status === 'exit'), 'an exit code with another status')
  check(/^\d{1,20}$/.test(head.fuel) && BigInt(head.fuel) <= limits.fuel, 'fuel')
  return {
    kind: 'result',
    status: status as ResultStatus,
    exitCode,
    fuel: BigInt(head.fuel),
    stdout,
    stderr,
    files,
    wallMs,
    cpuMs: Number(head.cpuMs),
  }
}

function cutter(body: Buffer) {
  let at = 0
  const cut = (length: number, limit: number): Uint8Array => {
    check(Number.isInteger(length) && length >= 0 && length <= limit, 'a length')
    check(at + length <= body.length, 'a length')
    at += length
    return body.subarray(at - length, at)
  }
  return Object.assign(cut, { done: () => at === body.length })
}

function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(`child answered with ${what} that no program gives`)
}
