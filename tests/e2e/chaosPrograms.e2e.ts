import { copyFileSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BagReport } from './chaos/bag.ts'
import { type CloudUnderTest, startCloudUnderTest } from './chaos/cloudUnderTest.ts'

// Programs that misbehave, bought and run as any other. What they did is a result: the same on both
// replicas, settled and paid; the command's exit code and words say what it was.

const ATTACK = fileURLToPath(
  new URL('../../packages/runtime/fixtures/attack.wasm', import.meta.url),
)
const LIMITS = {
  fuel: '2000000000',
  memoryMiB: 64,
  diskMiB: 1,
  files: 100,
  stdoutKiB: 64,
  wallSec: 60,
}
const FAILED = 1
const EXPIRED = 4

const SCRIPTS = {
  'spins for ever': 'for (;;) {}',
  'fills the memory': 'const all = []; for (;;) all.push(new Array(10000).fill(0))',
  'prints for ever': "for (;;) print('flood '.repeat(100))",
  'calls itself for ever': 'const f = (n) => f(n + 1) + 1; f(0)',
  'reads a file of the host': "print(readText('/etc/passwd'))",
}

describe('a program that', () => {
  let cloud: CloudUnderTest
  let pids: (number | undefined)[]
  let endless: number
  const workersNow = () => [cloud.pidOf('worker-1'), cloud.pidOf('worker-2')]
  beforeAll(async () => {
    cloud = await startCloudUnderTest({ flags: ['--settle-window', '60s'] })
    pids = workersNow()
    endless = await buyEndless()
  })
  afterAll(() => cloud.stop())

  /** An app directory of the test's own. */
  function anApp(source: { wasm: string } | { script: string }, limits: object = {}): string {
    const dir = mkdtempSync(join(cloud.home, 'app-'))
    const isWasm = 'wasm' in source
    const entry = isWasm ? 'program.wasm' : 'program.js'
    if (isWasm) copyFileSync(source.wasm, join(dir, entry))
    else writeFileSync(join(dir, entry), source.script)
    const manifest = {
      name: 'bad-luck',
      version: '1.0.0',
      description: 'Misbehaves.',
      runtime: isWasm ? 'wasm' : 'javascript',
      entry,
      limits: { ...LIMITS, ...limits },
      determinism: 'bitwise',
      price: '0',
    }
    writeFileSync(join(dir, 'millrace.json'), JSON.stringify(manifest))
    return dir
  }

  /** Tasks that their wall clock ends again and again; bought first, since their deadline ends them. */
  async function buyEndless(): Promise<number> {
    const app = anApp({ wasm: ATTACK }, { fuel: '9000000000000', wallSec: 1 })
    const flags = ['--array', '1-20', '--detach', '--deadline', '8s', '--json']
    const { stdout, stderr } = await cloud.millrace(['run', app, ...flags, '--', 'spin'])
    if (stdout === '') throw new Error(stderr)
    return JSON.parse(stdout).job
  }

  /** Runs an app as people do, then asks for the same as a document. */
  async function run(app: string, { args = [] }: { args?: string[] } = {}) {
    const out = ['--out', mkdtempSync(join(cloud.home, 'out-'))]
    const { code, stderr } = await cloud.millrace(['run', app, ...out, '--', ...args])
    const { stdout } = await cloud.millrace(['job', 'get', ...out, '--json'])
    return { code, stderr, report: JSON.parse(stdout) as BagReport }
  }

  it.each([
    ['spins for ever', 'spin', 'fuel', 'used up its fuel'],
    ['fills the disk', 'disk', 'disk', 'used up its disk'],
    ['makes files for ever', 'files', 'disk', 'number of files'],
    ['gives up for want of memory', 'memory-abort', 'memory', 'used up its memory'],
    ['prints for ever', 'stdout', 'stdout', 'printed more than it may'],
    ['calls itself for ever', 'deep', 'depth', 'called too deep'],
    ['crashes', 'trap', 'trap', 'crashed'],
  ])('%s ends as that and is paid', async (_, what, status, words) => {
    const { code, stderr, report } = await run(anApp({ wasm: ATTACK }), { args: [what] })
    expect(report.results).toMatchObject([{ status }])
    expect(report).toMatchObject({ state: 'done', settled: 1, unverified: [] })
    expect(code).toBe(FAILED)
    expect(stderr).toContain(words)
  })

  it.each([
    ['looks for the host finds nothing', 'host', 'nothing'],
    ['fills the memory is refused more', 'memory', 'MiB'],
    ['sleeps for ever has slept at once', 'sleep', 'slept 2000000000 s'],
  ])('%s', async (_, what, words) => {
    const { code, stderr } = await run(anApp({ wasm: ATTACK }), { args: [what] })
    expect(code, stderr).toBe(0)
    const { logs } = await cloud.ask<{ logs: { stdout: string }[] }>(['job', 'logs'])
    expect(logs[0]?.stdout).toContain(words)
    expect(logs[0]?.stdout).not.toContain('FOUND')
  })

  it.each(Object.entries(SCRIPTS))('%s in JavaScript fails as a result', async (_, script) => {
    const { code, stderr, report } = await run(anApp({ script }))
    expect(report, stderr).toMatchObject({ state: 'done', settled: 1, unverified: [] })
    expect(report.results[0]?.status).not.toBe('ok')
    expect(code).toBe(FAILED)
  })

  it('took longer than its wall clock has no result: the buyer has the money back', async () => {
    const { code, stdout } = await cloud.millrace(['job', 'wait', `${endless}`, '--json'])
    expect(code).toBe(EXPIRED)
    expect(JSON.parse(stdout)).toMatchObject({ settled: 0, paid: '0' })
  })

  it('did any of this left the workers as they were', async () => {
    expect(workersNow()).toEqual(pids)
    const { workers } = await cloud.ask<{ workers: { state: string; faults: number }[] }>([
      'worker',
      'ls',
    ])
    const fit = { state: 'ready', faults: 0 }
    expect(workers).toMatchObject([fit, fit])
    const { code, report } = await run('echo', { args: ['still here'] })
    expect({ code, settled: report.settled }).toEqual({ code: 0, settled: 1 })
  })
})
