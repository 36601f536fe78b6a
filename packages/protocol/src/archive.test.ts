import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InvalidInputError } from '@millrace/base'
import { expect, it } from 'vitest'
import { packArchive, readArchive } from './archive.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

it('is an archive that tar itself reads', () => {
  const dir = mkdtempSync(join(tmpdir(), 'millrace-archive-'))
  const long = `${'d'.repeat(90)}/${'n'.repeat(80)}`
  writeFileSync(
    join(dir, 'a.tar'),
    packArchive([
      { path: 'out/a.txt', bytes: bytes('hello') },
      { path: long, bytes: bytes('x') },
    ]),
  )
  execFileSync('tar', ['-xf', 'a.tar'], { cwd: dir })
  expect(readFileSync(join(dir, 'out/a.txt'), 'utf8')).toBe('hello')
  expect(readFileSync(join(dir, long), 'utf8')).toBe('x')
  rmSync(dir, { recursive: true })
})

it.each(['../x', '/etc/passwd', 'a//b', './a', 'a/.', 'a\\b', ''])(
  'refuses the path %j',
  (path) => {
    // A canonical header of a hostile path, as a stranger would write it.
    const archive = packArchive([{ path: 'x'.repeat(Math.max(1, path.length)), bytes: bytes('x') }])
    archive.fill(0, 0, 100)
    archive.set(bytes(path), 0)
    if (path === '') archive[0] = 0x20
    expect(() => readArchive(archive)).toThrow(InvalidInputError)
  },
)

it('refuses links, trailing rubbish, truncation and doubles', () => {
  const good = packArchive([{ path: 'a', bytes: bytes('x') }])
  const link = good.slice()
  link[156] = '2'.charCodeAt(0)
  const twice = new Uint8Array([...good.subarray(0, 1024), ...good])
  for (const bad of [
    link,
    new Uint8Array([...good, 0]),
    good.subarray(0, 1024),
    good.subarray(0, 700),
    twice,
  ]) {
    expect(() => readArchive(bad)).toThrow(InvalidInputError)
  }
})

it('refuses paths too long for ustar', () => {
  expect(() => packArchive([{ path: 'n'.repeat(101), bytes: bytes('') }])).toThrow(
    InvalidInputError,
  )
})
