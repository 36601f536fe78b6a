import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadAppDirectory, loadLocalApp, namesLocalApp } from './appSource.ts'

const MANIFEST = {
  name: 'hello',
  version: '1.0.0',
  description: '',
  runtime: 'javascript',
  entry: 'hello.ts',
  limits: { fuel: '1000', memoryMiB: 16, diskMiB: 1, wallSec: 5 },
  determinism: 'bitwise',
  price: '0.001',
}
let dir: string

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'millrace-app-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))
const write = (name: string, text: string): void => writeFileSync(join(dir, name), text)

it.each([
  ['render', false],
  ['0x1111111111111111111111111111111111111111', false],
  ['hello.wasm', true],
  ['./hello', true],
  ['apps/hello', true],
  ['.', true],
])('knows whether %s is a file or the name of an app', (name, isLocal) => {
  expect(namesLocalApp(name)).toBe(isLocal)
})

describe('an app directory', () => {
  it('gives manifest and program, types stripped', () => {
    write('millrace.json', JSON.stringify(MANIFEST))
    write('hello.ts', 'const n: number = 1\nprint(n)\n')
    const { source, program } = loadAppDirectory(dir)
    expect(source.limits.fuel).toBe(1000n)
    expect(program.name).toBe('hello.js')
    expect(new TextDecoder().decode(program.bytes)).not.toContain('number')
  })

  it('names every wrong field of its manifest at once', () => {
    write('millrace.json', JSON.stringify({ ...MANIFEST, name: 'Hello', price: '-1', limits: {} }))
    try {
      loadAppDirectory(dir)
      expect.unreachable()
    } catch (error) {
      const { hints } = error as { hints: string[] }
      expect(hints.join('\n')).toMatch(/name \("Hello"\): must be 2 to 41/)
      expect(hints.join('\n')).toMatch(/price \("-1"\): must be coins/)
      expect(hints.join('\n')).toMatch(/limits.memoryMiB: is missing/)
    }
  })

  it.each([
    ['{', /millrace.json is .* but must be JSON/],
    [JSON.stringify({ ...MANIFEST, entry: 'nowhere.ts' }), /entry: .*nowhere.ts cannot be read/],
    [JSON.stringify({ ...MANIFEST, entry: 'hello.wasm' }), /must be a .js or .ts file/],
  ])('is refused with the reason: %s', (manifest, message) => {
    write('millrace.json', manifest)
    expect(() => loadAppDirectory(dir)).toThrow(message)
  })
})

describe('a program file', () => {
  it('is an app of its own name with limits of its own', () => {
    write('My Program.js', 'print(1)')
    const { source } = loadLocalApp(join(dir, 'My Program.js'), 'app')
    expect(source).toMatchObject({ name: 'my-program', runtime: 'javascript', price: '0' })
  })

  it.each([
    ['empty.js', '', /not empty/],
    ['enum.ts', 'enum A { B }', /without enums/],
    ['readme.txt', 'text', /\.wasm, \.js or \.ts/],
  ])('is refused with the reason: %s', (name, text, message) => {
    write(name, text)
    expect(() => loadLocalApp(join(dir, name), 'app')).toThrow(message)
  })
})
