import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { VerifiedResult } from '@millrace/sdk'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openResultFolder } from './saveResults.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'millrace-save-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function aResult(bagIndex: number, { stdout = '', path = 'a.txt' } = {}): VerifiedResult {
  return {
    task: { bagIndex, taskId: `0x${bagIndex}`, digest: '0xd' },
    cid: 'cid',
    output: {
      status: 'ok',
      exitCode: 0,
      fuel: 5n,
      stdout: bytes(stdout),
      stderr: bytes(''),
      files: [{ path, bytes: bytes(`file ${bagIndex}`) }],
    },
  } as unknown as VerifiedResult
}

it('puts the files of a single task at the top, and makes none for an empty stream', () => {
  const folder = openResultFolder(dir, ['0'])
  folder.save(aResult(0, { stdout: 'words' }))
  folder.finish({})
  expect(readdirSync(dir).sort()).toEqual(['out', 'results.json', 'stdout'])
  expect(readFileSync(join(dir, 'out', 'a.txt'), 'utf8')).toBe('file 0')
})

it('gives every task of a bag a folder by its label, and lists them in order', () => {
  const folder = openResultFolder(dir, ['x.wav', 'y.wav'])
  folder.save(aResult(1))
  folder.save(aResult(0))
  folder.finish({ job: 3 })
  expect(readFileSync(join(dir, 'tasks', 'y.wav', 'out', 'a.txt'), 'utf8')).toBe('file 1')
  const index = JSON.parse(readFileSync(join(dir, 'results.json'), 'utf8'))
  expect(index.job).toBe(3)
  expect(index.results.map(({ index: at }: { index: number }) => at)).toEqual([0, 1])
})

it('writes nothing outside its folder', () => {
  const folder = openResultFolder(join(dir, 'inside'), ['0'])
  folder.save(aResult(0, { path: '../../escaped' }))
  folder.saveAssembled([{ path: '../escaped', bytes: bytes('x') }])
  expect(readdirSync(dir)).toEqual(['inside'])
})
