import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { homeAt, makeHome } from './home.ts'
import { isHomeLocked, lockHome } from './lock.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'millrace-lock-'))
  makeHome(homeAt(dir))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const LOCK = fileURLToPath(new URL('lock.ts', import.meta.url))
const HOME = fileURLToPath(new URL('home.ts', import.meta.url))

/** Another process that has the folder. */
async function holder() {
  const script = `
    const { lockHome } = await import(${JSON.stringify(LOCK)})
    const { homeAt } = await import(${JSON.stringify(HOME)})
    globalThis.held = lockHome(homeAt(${JSON.stringify(dir)}))
    console.log('locked')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return child
}

it('admits one supervisor to a folder, and says who it is', async () => {
  const other = await holder()
  expect(isHomeLocked(homeAt(dir))).toBe(true)
  expect(() => lockHome(homeAt(dir))).toThrow(/already runs from/)
  other.kill('SIGKILL')
  await once(other, 'exit')
})

it('is free again when its holder was killed', async () => {
  const other = await holder()
  other.kill('SIGKILL')
  await once(other, 'exit')
  expect(isHomeLocked(homeAt(dir))).toBe(false)
  lockHome(homeAt(dir)).release()
})
