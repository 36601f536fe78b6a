import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const INDEX = fileURLToPath(new URL('index.ts', import.meta.url))
const PACKAGES = resolve(dirname(INDEX), '../..')

/** Files of ours that are loaded with a file, and what they import from elsewhere. */
function loadedWith(entry: string): { files: Set<string>; foreign: Map<string, string> } {
  const files = new Set<string>()
  const foreign = new Map<string, string>()
  const visit = (file: string): void => {
    if (files.has(file)) return
    files.add(file)
    for (const name of importsOf(readFileSync(file, 'utf8'))) {
      if (name.startsWith('.')) visit(join(dirname(file), name))
      else if (name.startsWith('#')) visit(portableFile(file, name))
      else if (name.startsWith('@millrace/')) visit(entryOf(name))
      else foreign.set(name, file)
    }
  }
  visit(entry)
  return { files, foreign }
}

/** Names after `from`, but those of `import type`, which are gone when the code runs. */
function importsOf(source: string): string[] {
  const found = source.matchAll(
    /^(?:import|export)\s(?!type\b)[^;]*?from '([^']+)'|^import '([^']+)'/gm,
  )
  return [...found].map(([, named, bare]) => named ?? bare ?? '')
}

function entryOf(name: string): string {
  const [, pack = '', ...rest] = name.split('/')
  const dir = join(PACKAGES, pack)
  const { exports } = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'))
  return join(dir, exports[rest.length === 0 ? '.' : `./${rest.join('/')}`])
}

/** What a name such as `#sha256` stands for outside Node. */
function portableFile(file: string, name: string): string {
  const dir = file.slice(0, file.indexOf('/src/'))
  const { imports } = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'))
  return join(dir, imports[name].default)
}

it('loads nothing that only Node has', () => {
  const { files, foreign } = loadedWith(INDEX)
  expect([...files].every(existsSync)).toBe(true)
  expect(files.size).toBeGreaterThan(50)
  expect([...foreign.keys()].filter((name) => name.startsWith('node:') || name === 'ws')).toEqual(
    [],
  )
})
