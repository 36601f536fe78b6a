import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from './chaos/cloudUnderTest.ts'

// What somebody sees who has cloned the repository and types `npm start`.

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const CLI = join(ROOT, 'apps/cli/bin/millrace.cjs')
let dir: string

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'millrace-newcomer-'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

type Started = { child: ChildProcess; stdout: () => string; stderr: () => string }

function start(args: readonly string[]): Started {
  const child = spawn(process.execPath, [CLI, 'cloud', 'start', ...args], {
    cwd: dir,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text
    })
  return { child, stdout: () => texts.stdout, stderr: () => texts.stderr }
}

async function run(args: readonly string[]): Promise<{ code: number; stdout: string }> {
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: dir,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  const [code] = (await once(child, 'close')) as [number]
  return { code, stdout }
}

async function stopped({ child }: Started): Promise<number | null> {
  child.kill('SIGINT')
  if (child.exitCode === null) await once(child, 'exit')
  return child.exitCode
}

describe('npm start', () => {
  it('shows each step, ends with a picture, a receipt and what to do next, and stays up', async () => {
    const cloud = start(['--home', join(dir, 'home')])
    await until('the main job is done', () => cloud.stdout().includes('The cloud is up'), {
      timeoutMs: 150_000,
    })
    const story = cloud.stdout()
    for (const step of ['chain', 'contracts', 'storage', 'market', 'pool', 'workers', 'catalogue'])
      expect(story).toMatch(new RegExp(`\\d s {2}✓ ${step} `))
    expect(story).toContain('first task settled')
    expect(story).toMatch(/tasks +48 of 48 settled, 48 ok/)
    expect(story).toMatch(/digest on chain +0x[0-9a-f]{64}/)
    expect(story).toMatch(/at least 9\d.* % sure/)
    const picture = /joined +(\S+\.png)/.exec(story)?.[1] ?? ''
    expect(readFileSync(picture).subarray(1, 4).toString()).toBe('PNG')
    expect(cloud.child.exitCode).toBeNull()

    const { code, stdout } = await run([
      '--home',
      join(dir, 'home'),
      'job',
      'verify',
      '1',
      '--json',
    ])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ verified: true })
    expect(await stopped(cloud)).toBe(0)
  })

  it('goes on with the same state when it is started again, and buys nothing twice', async () => {
    const cloud = start(['--home', join(dir, 'home')])
    await until('the cloud is up', () => cloud.stdout().includes('The cloud is up'), {
      timeoutMs: 120_000,
    })
    expect(cloud.stdout()).toMatch(/main job was done before, as job 1/)
    const { stdout } = await run(['--home', join(dir, 'home'), 'job', 'ls', '--json'])
    expect(JSON.parse(stdout).jobs).toHaveLength(1)

    const second = start(['--home', join(dir, 'home')])
    const [code] = (await once(second.child, 'exit')) as [number]
    expect(code).toBe(2)
    expect(second.stderr()).toMatch(/already runs from .*\(process \d+\)/)
    expect(await stopped(cloud)).toBe(0)
  })
})

describe('npm start -- --once --json', () => {
  it('prints one document, ends with the fate of the job, and leaves only the result', async () => {
    const cloud = start(['--once', '--json', '--out', join(dir, 'once')])
    const [code] = (await once(cloud.child, 'close')) as [number]
    expect(code).toBe(0)
    const document = JSON.parse(cloud.stdout())
    expect(Object.keys(document)).toEqual([
      'job',
      'deal',
      'tasks',
      'settled',
      'result',
      'digest',
      'paid',
      'gasPerTask',
      'firstSettledSec',
      'totalSec',
    ])
    expect(document).toMatchObject({ tasks: 48, settled: 48, paid: '144000000000000000' })
    expect(document.firstSettledSec).toBeGreaterThan(0)
    expect(document.totalSec).toBeGreaterThanOrEqual(document.firstSettledSec)
    expect(existsSync(document.result)).toBe(true)
    expect(cloud.stderr()).toBe('')
  })

  it('gives the same picture as any other run: the program is deterministic', () => {
    const [folder = ''] = readdirSync(join(dir, 'millrace-results'))
    const hash = (path: string): string =>
      createHash('sha256').update(readFileSync(path)).digest('hex')
    expect(hash(join(dir, 'once', 'picture.png'))).toBe(
      hash(join(dir, 'millrace-results', folder, 'picture.png')),
    )
  })
})
