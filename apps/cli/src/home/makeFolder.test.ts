import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { makeFolder } from './makeFolder.ts'

const home = mkdtempSync(join(tmpdir(), 'millrace-folder-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

describe('a folder to write to', () => {
  it('is made with those above it, and may be there already', () => {
    const path = join(home, 'a', 'b', 'c')
    makeFolder(path, '--out')
    makeFolder(path, '--out')
    expect(existsSync(path)).toBe(true)
  })

  it.each([
    ['below a plain file', join(home, 'plain', 'results'), 'ENOTDIR'],
    ['a plain file', join(home, 'plain'), 'ENOTDIR'],
    ['where no folder can be', '/proc/millrace/results', 'ENOENT'],
  ])('is refused %s, with field, value and reason', (_, path, reason) => {
    writeFileSync(join(home, 'plain'), '')
    expect(() => makeFolder(path, '--out')).toThrow(
      `--out is "${path}", but must be a folder that you can write to (${reason}).`,
    )
  })
})
