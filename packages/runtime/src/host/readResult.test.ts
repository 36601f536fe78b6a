import { describe, expect, test } from 'vitest'
import type { ResultHead } from '../child/messages.ts'
import { readResult } from './readResult.ts'

const LIMITS = {
  fuel: 1000n,
  memoryMiB: 1,
  diskBytes: 100,
  files: 10,
  stdoutBytes: 10,
  wallMs: 1000,
}
const HEAD: ResultHead = {
  kind: 'result',
  status: 'ok',
  exitCode: 0,
  fuel: '12',
  cpuMs: 1,
  stdoutBytes: 2,
  stderrBytes: 1,
  files: [{ path: 'a/b', sizeBytes: 3 }],
}
const BODY = Buffer.from('oueabc')
const read = (head: Partial<ResultHead>, body = BODY) =>
  readResult({ ...HEAD, ...head }, body, { limits: LIMITS, wallMs: 5 })

test('takes an answer apart', () => {
  const result = read({})
  expect(result.stdout.toString()).toBe('ou')
  expect(result.stderr.toString()).toBe('e')
  expect(result.files.map(({ path, bytes }) => [path, bytes.toString()])).toEqual([['a/b', 'abc']])
  expect([result.status, result.fuel, result.wallMs]).toEqual(['ok', 12n, 5])
})

describe('believes no child that claims', () => {
  test.each([
    ['an unknown status', { status: 'timeout' }],
    ['a status of the prototype', { status: 'constructor' }],
    ['an exit code with another status', { exitCode: 3 }],
    ['exit without a code', { status: 'exit' }],
    ['a huge exit code', { status: 'exit', exitCode: 2 ** 32 }],
    ['more fuel than there was', { fuel: '1001' }],
    ['negative fuel', { fuel: '-1' }],
    ['a path that leaves', { files: [{ path: '../x', sizeBytes: 3 }] }],
    ['an absolute path', { files: [{ path: '/x', sizeBytes: 3 }] }],
    [
      'one path twice',
      {
        files: [
          { path: 'a', sizeBytes: 1 },
          { path: 'a', sizeBytes: 2 },
        ],
      },
    ],
    ['more bytes than it sent', { files: [{ path: 'a', sizeBytes: 30 }] }],
    ['fewer bytes than it sent', { files: [] }],
    ['a fractional size', { stdoutBytes: 1.5 }],
    ['a negative size', { stdoutBytes: -1 }],
    ['too long a stdout', { stdoutBytes: 11 }],
  ] as [string, Partial<ResultHead>][])('%s', (_, head) => {
    expect(() => read(head)).toThrow(/no program gives/)
  })
})
