import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { systemClock } from '@millrace/base'
import { describe, expect, test } from 'vitest'
import { nodeArguments, sandboxes } from './host/sandbox.ts'
import { aRuntime, fixture, runProgram } from './testing/programs.ts'
import { aRequest } from './testing/requests.ts'

const onLinux = process.platform === 'linux'

/** What code that broke out of WebAssembly would try in a child. */
const BREAKOUT = `
import { execSync } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import { Worker } from 'node:worker_threads'
const found = []
const attempt = (name, act) => { try { act(); found.push(name) } catch {} }
attempt('read', () => fs.readFileSync('/etc/hostname'))
attempt('list', () => fs.readdirSync('/'))
attempt('write', () => fs.writeFileSync('/tmp/millrace-breakout', 'x'))
attempt('write own code', () => fs.writeFileSync(import.meta.filename, 'x'))
attempt('spawn', () => execSync('true'))
attempt('worker', () => new Worker('', { eval: true }))
attempt('addon', () => process.dlopen({ exports: {} }, '/lib/x86_64-linux-gnu/libz.so.1'))
attempt('eval', () => new Function('return 1')())
attempt('environment', () => { if (Object.keys(process.env).filter((k) => k !== 'PWD').length === 0) throw 0 })
const socket = net.connect(PORT, '127.0.0.1')
socket.on('connect', () => { found.push('network'); done() })
socket.on('error', () => done())
const done = () => { console.log(JSON.stringify(found)); process.exit() }
`

describe.each(onLinux ? ['bubblewrap', 'limited', 'plain'] : ['plain'])('sandbox %s', (name) => {
  const started = sandboxes({ node: process.execPath, directory: '/' }).some((s) => s.name === name)

  test.skipIf(!started)('runs programs, or is not there', async () => {
    const runtime = await aRuntime({ sandboxNames: [name] }).catch(() => undefined)
    if (!runtime) return
    try {
      expect((await runProgram(runtime, fixture('hello'))).status).toBe('ok')
    } finally {
      await runtime.close()
    }
  })

  test.skipIf(!started)('leaves broken-out code nothing to reach', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'millrace-breakout-'))
    const server = (await import('node:net')).createServer().listen(0, '127.0.0.1')
    try {
      await new Promise((resolve) => server.once('listening', resolve))
      const { port } = server.address() as { port: number }
      writeFileSync(join(directory, 'main.mjs'), BREAKOUT.replace('PORT', String(port)))
      const sandbox = sandboxes({ node: process.execPath, directory }).find((s) => s.name === name)
      if (!sandbox) throw new RangeError(name)
      const [file = '', ...args] = [
        ...sandbox.prefix,
        sandbox.node,
        ...nodeArguments(sandbox, 'main.mjs', []),
      ]
      if (name === 'bubblewrap' && !works(file, args)) return
      expect(await outputOf(spawn(file, args, { env: {}, cwd: '/' }))).toBe('[]\n')
    } finally {
      server.close()
      rmSync(directory, { recursive: true })
    }
  })
})

function works(file: string, args: string[]): boolean {
  try {
    execFileSync(file, args, { env: {}, stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function outputOf(child: ChildProcess): Promise<string> {
  let output = ''
  child.stdout?.on('data', (chunk) => {
    output += chunk
  })
  return new Promise((resolve) => child.on('close', () => resolve(output)))
}

describe.skipIf(!onLinux)('processes', () => {
  const spin = aRequest({ args: ['spin'], limits: { fuel: 1n << 62n } })

  test('killed in the middle of a task give a failure, and the next task runs', async () => {
    const runtime = await aRuntime()
    try {
      const prepared = await runtime.prepare(fixture('attack'))
      const before = new Set(childrenOf(process.pid))
      let early: unknown
      const running = runtime.run(prepared, spin, { group: 'g' })
      const noted = running.then((result) => {
        early = result
      })
      // Killed any earlier, the pool would start another child for the task, as it should.
      await Promise.race([noted, until(() => descendantsOf(process.pid).some(spins))])
      expect(early).toBeUndefined()
      const busy = childrenOf(process.pid).filter(isRunningChild)
      expect(busy.length).toBeGreaterThan(0)
      for (const pid of busy) process.kill(pid, 'SIGKILL')
      expect(await running).toMatchObject({ kind: 'failure', reason: 'host-error' })
      expect((await runProgram(runtime, fixture('hello'))).status).toBe('ok')
      expect(before.size).toBeGreaterThan(0)
    } finally {
      await runtime.close()
    }
  })

  test('are all gone after closing', async () => {
    const runtime = await aRuntime()
    await runProgram(runtime, fixture('hello'))
    await runtime.close()
    await until(() => childrenOf(process.pid).filter(isRunningChild).length === 0)
  })

  test('do not outlive a runtime that was itself killed', async () => {
    const script = fileURLToPath(new URL('./testing/spinForever.ts', import.meta.url))
    const parent = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'ignore'] })
    await new Promise((resolve) => parent.stdout?.once('data', resolve))
    await systemClock.sleep(300)
    const pid = parent.pid ?? 0
    const all = descendantsOf(pid)
    expect(all.length).toBeGreaterThan(0)
    process.kill(pid, 'SIGKILL')
    await until(() => all.every((child) => !isAlive(child)))
  })
})

function childrenOf(pid: number): number[] {
  const path = `/proc/${pid}/task`
  if (!existsSync(path)) return []
  return readdirSync(path).flatMap((task) =>
    readOr(`${path}/${task}/children`).split(' ').filter(Boolean).map(Number),
  )
}

function descendantsOf(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)])
}

/** True for a sandboxed child of this package, whatever stands before Node on its command line. */
function isRunningChild(pid: number): boolean {
  return isAlive(pid) && readOr(`/proc/${pid}/cmdline`).includes('child/main.mjs')
}

function isAlive(pid: number): boolean {
  const state = /\) (\S)/.exec(readOr(`/proc/${pid}/stat`))?.[1]
  return state !== undefined && state !== 'Z'
}

/** True for a child that has computed for longer than any start takes. */
function spins(pid: number): boolean {
  if (!isRunningChild(pid)) return false
  const fields = readOr(`/proc/${pid}/stat`).split(') ')[1]?.split(' ')
  // In hundredths of a second; field 14 of proc(5), 12 behind the name.
  return Number(fields?.[11] ?? 0) >= 100
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await systemClock.sleep(50)
}
