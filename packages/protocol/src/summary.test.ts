import { createHash } from 'node:crypto'
import { InvalidInputError, type TaskId, taskId } from '@millrace/base'
import { expect, it } from 'vitest'
import { packArchive } from './archive.ts'
import { hashResult } from './digest.ts'
import {
  MAX_STDERR_BYTES,
  packResult,
  type RunOutput,
  readResult,
  summariseArchive,
} from './summary.ts'

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest()
const bytes = (text: string) => new TextEncoder().encode(text)
const task: TaskId = taskId(`0x${'11'.repeat(32)}`)
const output: RunOutput = {
  status: 'exit',
  exitCode: 3,
  fuel: 12_345n,
  stdout: bytes('hello\n'),
  stderr: bytes('warning'),
  files: [{ path: 'b/pic.png', bytes: bytes('PNG') }],
}
const digestOf = (changed: Partial<RunOutput>) =>
  hashResult(task, summariseArchive(packResult({ ...output, ...changed }), sha256))

it('reads back what it packs', () => {
  expect(readResult(packResult(output))).toEqual(output)
})

it('gives a digest that names status, exit code, fuel, stdout and files, but not stderr', () => {
  const base = digestOf({})
  expect(digestOf({ stderr: bytes('other') })).toBe(base)
  for (const changed of [
    { status: 'trap' as const },
    { exitCode: 4 },
    { fuel: 12_346n },
    { stdout: bytes('hello') },
    { files: [] },
    { files: [{ path: 'b/pic.png', bytes: bytes('PNh') }] },
    { files: [{ path: 'b/pic.pnG', bytes: bytes('PNG') }] },
  ]) {
    expect(digestOf(changed)).not.toBe(base)
  }
})

it('is the hash that docs/protocol/digest.md spells out', () => {
  const leaf = sha256(
    Buffer.concat([
      Buffer.from('00' + '00000009' + '0000000000000003', 'hex'),
      bytes('b/pic.png'),
      sha256(bytes('PNG')),
    ]),
  )
  const spelled = sha256(
    Buffer.concat([
      bytes('millrace/result/1'),
      Buffer.from('11'.repeat(32), 'hex'),
      Buffer.from('01' + '00000003' + '0000000000003039', 'hex'),
      sha256(bytes('hello\n')),
      leaf,
    ]),
  )
  expect(digestOf({})).toBe(`0x${Buffer.from(spelled).toString('hex')}`)
})

it('cuts stderr', () => {
  expect(
    readResult(packResult({ ...output, stderr: new Uint8Array(MAX_STDERR_BYTES + 1) })).stderr
      .length,
  ).toBe(MAX_STDERR_BYTES)
})

it.each([
  ['no result.json', []],
  ['no JSON', [{ path: 'result.json', bytes: bytes('{') }]],
  [
    'a foreign status',
    [{ path: 'result.json', bytes: bytes('{"exitCode":0,"fuel":"1","status":"toString"}') }],
  ],
  [
    'a negative fuel',
    [{ path: 'result.json', bytes: bytes('{"exitCode":0,"fuel":"-1","status":"ok"}') }],
  ],
  [
    'a fraction as exit code',
    [{ path: 'result.json', bytes: bytes('{"exitCode":0.5,"fuel":"1","status":"ok"}') }],
  ],
  ['null', [{ path: 'result.json', bytes: bytes('null') }]],
  [
    'a file outside out/',
    [
      { path: 'result.json', bytes: bytes('{"exitCode":0,"fuel":"1","status":"ok"}') },
      { path: 'evil', bytes: bytes('') },
    ],
  ],
])('refuses an archive with %s', (_, files) => {
  const archive = packArchive([
    ...files,
    { path: 'stdout', bytes: bytes('') },
    { path: 'stderr', bytes: bytes('') },
  ])
  expect(() => readResult(archive)).toThrow(InvalidInputError)
})
