import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CloudUnderTest, startCloudUnderTest, until } from './chaos/cloudUnderTest.ts'

// Every command against a running cloud, as its own process, by what it prints and how it ends.

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const CLI = join(ROOT, 'apps/cli/bin/millrace.cjs')
let cloud: CloudUnderTest

beforeAll(async () => {
  cloud = await startCloudUnderTest()
  write('hello.js', "print('Hello ' + args[0])\nwriteFile('/out/greeting.txt', 'hi')\n")
  write('fail.ts', "const code: number = 3\nprint('words')\nconsole.error('why')\nexit(code)\n")
  for (const name of ['a.txt', 'b.txt', 'c.txt']) write(name, name)
  write('shout.js', 'print(readText(args[0]).toUpperCase())\n')
})
afterAll(() => cloud.stop())

const write = (name: string, text: string): void => writeFileSync(join(cloud.home, name), text)
const read = (...names: string[]): string => readFileSync(join(cloud.home, ...names), 'utf8')

/** A `run` as machines see it; its own arguments may hold a `--`. */
const ask = <T>(args: readonly string[]): Promise<T> => {
  const at = args.indexOf('--')
  if (at < 0) return cloud.ask<T>(args)
  return runJson([...args.slice(0, at), '--json', ...args.slice(at)])
}

async function runJson<T>(args: readonly string[]): Promise<T> {
  const { code, stdout, stderr } = await cloud.millrace(args)
  if (code === 0) return JSON.parse(stdout) as T
  throw new Error(`millrace ${args.join(' ')} ended with ${code}:\n${stderr}${stdout}`)
}

type Report = {
  job: number
  state: string
  settled: number
  paid: string
  dir: string
  digest: string
  results: { index: number; status: string; exitCode: number; folder: string }[]
}

describe('millrace run', () => {
  it('prints what the program printed and nothing else on stdout', async () => {
    const { code, stdout, stderr } = await cloud.millrace(['run', 'primes', '--', '1', '100'])
    expect(code).toBe(0)
    expect(stdout).toBe('25 primes from 1 to 100\n')
    expect(stderr).toMatch(/1 task for 0\.0011 coins/)
    expect(stderr).toMatch(/Receipt[\s\S]*trust[\s\S]*digest on chain/)
  })

  it('buys a promise of time for the price of one', async () => {
    const promised = ['run', 'primes', '--sla', '90%', '--task-time', '10m', '--', '1', '100']
    const { code, stdout, stderr } = await cloud.millrace(promised)
    expect(code).toBe(0)
    expect(stdout).toBe('25 primes from 1 to 100\n')
    expect(stderr).toMatch(/1 task for 0\.00135 coins/)
  })

  it('weighs offers by what the user wants, and says why one was chosen', async () => {
    const weights = ['--weights', 'price=3,time=2,energy=1', '--explain']
    const dry = ['run', 'primes', ...weights, '--dry-run', '--', '1', '100']
    const { code, stderr } = await cloud.millrace(dry)
    expect(code).toBe(0)
    expect(stderr).toMatch(
      /Chosen: 0x[0-9a-f]{8}, the best of 4 offers that fit, by price 3, time 2/,
    )
    expect(stderr).toMatch(/For it: price \(\+0\.\d\d\)\./)
    expect(stderr).toMatch(/Not known, and counted neither way: .*energy/)
    const { standings } = await ask<{ standings: { costPerTask: string; net: number }[] }>(dry)
    expect(standings.map(({ costPerTask }) => costPerTask)).toEqual([
      '1100000000000000',
      // Without a stake, for requests whose arbiter is their own choice.
      '1100000000000001',
      '1350000000000000',
      '2100000000000000',
    ])
    const bought = await cloud.millrace(['run', 'primes', ...weights, '--', '1', '100'])
    expect(bought).toMatchObject({ code: 0, stdout: '25 primes from 1 to 100\n' })
    const listed = await cloud.millrace(['offer', 'ls', 'primes', '--tasks', '20'])
    expect(listed).toMatchObject({ code: 0 })
    expect(listed.stdout).toMatch(/^POOL +COINS A TASK.*BALANCE\n0x\w{8} +0\.0011 .*\+0\.\d\d\n/)
    expect(await cloud.millrace(['offer', 'ls', 'primes', '--tasks', '0'])).toMatchObject({
      code: 2,
    })
    expect(await cloud.millrace(['offer', 'ls', './hello.js'])).toMatchObject({ code: 2 })
    const both = await cloud.millrace(['run', 'primes', ...weights, '--rank', '1', '--', '1', '9'])
    expect(both).toMatchObject({ code: 2 })
  })

  it('gives machines one document with everything the receipt says', async () => {
    const report = await ask<Report>(['run', 'primes', '--', '1', '50'])
    expect(report).toMatchObject({ state: 'done', settled: 1, paid: '1100000000000000' })
    expect(report.results).toMatchObject([{ index: 0, status: 'ok', exitCode: 0 }])
    expect(report.digest).toMatch(/^0x[0-9a-f]{64}$/)
  })

  it('runs a program of this machine and saves what it left', async () => {
    const args = ['run', './hello.js', '--out', 'hello-out', '--', 'Ada']
    expect(await cloud.millrace(args)).toMatchObject({ code: 0, stdout: 'Hello Ada\n' })
    expect(read('hello-out', 'out', 'greeting.txt')).toBe('hi')
    const { apps } = await cloud.ask<{ apps: { name: string }[] }>(['app', 'ls'])
    expect(apps.map(({ name }) => name)).not.toContain('hello')
  })

  it("ends with the program's failure, which is settled and paid", async () => {
    const { code, stdout, stderr } = await cloud.millrace(['run', 'fail.ts'])
    expect(code).toBe(1)
    expect(stdout).toBe('words\n')
    expect(stderr).toMatch(/exit code 3[\s\S]*why/)
  })

  it('makes a task of every file, found again by its name', async () => {
    const args = ['run', 'shout.js', '--each', '*.txt', '--out', 'shouted', '--', '{file}']
    const { code, stdout } = await cloud.millrace(args)
    expect(code).toBe(0)
    expect(stdout.trim()).toBe(join(cloud.home, 'shouted'))
    expect(read('shouted', 'tasks', 'b.txt', 'stdout')).toBe('B.TXT\n')
    expect(readdirSync(join(cloud.home, 'shouted', 'tasks'))).toEqual(['a.txt', 'b.txt', 'c.txt'])
  })

  it('makes a task of every number, on the word of the pool if that is asked for by name', async () => {
    const report = await ask<Report & { trust: { asked: number } }>([
      ...['run', 'echo', '--array', '10-30:10', '--trust', 'none'],
      ...['--', 'number', '{i}', 'of', '{n}'],
    ])
    expect(report.trust.asked).toBe(0)
    const [first] = report.results
    expect(readFileSync(join(report.dir, first?.folder ?? '', 'stdout'), 'utf8')).toMatch(
      /number 10 of 3/,
    )
  })

  it('takes only a pool that is what --requirements ask for, and says what is not', async () => {
    const require = 'TARGET.Workers >= 1 && TARGET.Type == "POOL" && TARGET.PriceMicro <= 2000'
    const report = await ask<Report>(['run', 'primes', '--requirements', require, '--', '1', '10'])
    expect(report).toMatchObject({ state: 'done', settled: 1 })
    const args = [
      'run',
      'primes',
      '--requirements',
      `${require} && TARGET.Gpus >= 1`,
      '--',
      '1',
      '10',
    ]
    const { code, stderr } = await cloud.millrace(args)
    expect(code).not.toBe(0)
    expect(stderr).toContain('TARGET.gpus >= 1')
    expect(stderr).toContain('TARGET.gpus = 0')
    const bits = await cloud.millrace(['run', 'primes', '--requirements', 'TARGET.Fuel | 1'])
    expect(bits.stderr).toContain('the operator | at position 12')
  })

  it('takes the offer that --rank likes best, the cheapest without it', async () => {
    const offer = async (...rank: string[]) => {
      const args = ['run', 'primes', '--dry-run', ...rank, '--', '1', '2']
      return (await ask<{ price: string }>(args)).price
    }
    expect(await offer()).toBe('1100000000000000')
    expect(await offer('--rank', 'TARGET.SlaBps')).toBe('1350000000000000')
    expect(await offer('--rank', '-TARGET.PriceMicro')).toBe('1100000000000000')
  })

  it('shows the price and buys nothing with --dry-run', async () => {
    const before = await cloud.ask<{ jobs: unknown[] }>(['job', 'ls'])
    const offer = await ask<{ price: string }>([...['run', 'primes', '--dry-run'], '--', '1', '2'])
    expect(offer.price).toBe('1100000000000000')
    const after = await cloud.ask<{ jobs: unknown[] }>(['job', 'ls'])
    expect(after.jobs).toHaveLength(before.jobs.length)
  })
})

describe('a job that is left alone', () => {
  it('is named by its number and found again by every command', async () => {
    const args = ['run', 'primes', '--array', '1-12', '--id-only', '--', '{i}000', '{i}999']
    const { code, stdout } = await cloud.millrace(args)
    expect(code).toBe(0)
    const job = stdout.trim()
    expect(job).toMatch(/^\d+$/)
    expect(await cloud.ask<Report>(['job', 'wait', job])).toMatchObject({
      state: 'done',
      settled: 12,
    })
    const logs = await cloud.millrace(['job', 'logs', job])
    expect(logs.stdout.split('\n')[1]).toBe('[2] 127 primes from 2000 to 2999')
    const shown = await cloud.ask<{ settled: number }>(['job', 'show', job])
    expect(shown.settled).toBe(12)
    const { verified } = await cloud.ask<{ verified: boolean }>(['job', 'verify', job])
    expect(verified).toBe(true)
    expect(await cloud.millrace(['job', 'explain', job])).toMatchObject({ code: 0 })
    const stop = await cloud.ask<{ cancelled: number; running: number }>(['job', 'stop', job])
    expect(stop).toMatchObject({ cancelled: 0, running: 0, settled: 12 })
  })

  it('tells when a running job will be done', async () => {
    const range = ['--array', '1-300', '--detach', '--', '{i}000', '{i}999']
    const { job } = await ask<{ job: number }>(['run', 'primes', ...range])
    const show = () => cloud.millrace(['job', 'show', `${job}`])
    await until('there is something to go by', async () =>
      /done in +about/.test((await show()).stdout),
    )
    type Shown = { eta?: { leftSec: number }; state: string }
    const { eta, state } = await cloud.ask<Shown>(['job', 'show', `${job}`])
    if (state === 'running' && eta !== undefined) expect(eta.leftSec).toBeGreaterThanOrEqual(0)
    expect(await cloud.millrace(['job', 'wait', `${job}`])).toMatchObject({ code: 0 })
    expect((await show()).stdout).not.toMatch(/done in/)
  })

  it('goes on after Ctrl-C, which says how to come back', async () => {
    const child = spawn(
      process.execPath,
      [CLI, '--home', cloud.home, 'run', 'primes', '--array', '1-40', '--', '{i}0000', '{i}9999'],
      { cwd: cloud.home, stdio: ['ignore', 'pipe', 'pipe'] },
    )
    let words = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      words += text
    })
    await until('the job has a deal', async () => {
      const job = /Job (\d+) ordered/.exec(words)?.[1]
      if (job === undefined) return false
      const { deals } = await cloud.ask<{ deals: string[] }>(['job', 'show', job])
      return deals.length > 0
    })
    child.kill('SIGINT')
    const [code] = (await once(child, 'close')) as [number]
    expect(code).toBe(130)
    const back = /millrace job wait (\d+)/.exec(words)?.[1] ?? ''
    expect(await cloud.ask<Report>(['job', 'wait', back])).toMatchObject({ settled: 40 })
  })
})

describe('an app', () => {
  it('is made, published and sold in three commands', async () => {
    expect(await cloud.millrace(['app', 'new', 'greet'])).toMatchObject({ code: 0 })
    const published = await cloud.ask<{ name: string }>(['app', 'publish', 'greet'])
    expect(published.name).toBe('greet')
    expect(await cloud.millrace(['run', 'greet', '--', 'Bo'])).toMatchObject({
      stdout: 'Hello Bo!\n',
    })
    const shown = await cloud.ask<{ manifest: { price: string } }>(['app', 'show', 'greet'])
    expect(shown.manifest.price).toBe('0.001')
  })

  it('is told to be of another class when two runs differ', async () => {
    mkdirSync(join(cloud.home, 'broken'))
    write(
      'broken/millrace.json',
      JSON.stringify({
        ...JSON.parse(read('greet', 'millrace.json')),
        entry: 'x.wasm',
        runtime: 'wasm',
      }),
    )
    write('broken/x.wasm', 'not wasm')
    const { code, stderr } = await cloud.millrace(['app', 'publish', 'broken'])
    expect(code).toBe(2)
    expect(stderr).toMatch(/error:/)
  })
})

describe('money', () => {
  it('moves between wallet and escrow, and is free on a local cloud', async () => {
    type Balances = { wallet: string; free: string }
    const coins = (text: string): bigint => BigInt(text) / 10n ** 16n
    const before = await cloud.ask<Balances>(['wallet', 'balance'])
    const deposited = await cloud.ask<Balances>(['wallet', 'deposit', '10'])
    expect(coins(deposited.free) - coins(before.free)).toBe(1000n)
    const withdrawn = await cloud.ask<Balances>(['wallet', 'withdraw', '4.5'])
    expect(coins(withdrawn.wallet) - coins(deposited.wallet)).toBe(450n)
    const funded = await cloud.ask<Balances>(['wallet', 'fund', '7'])
    expect(coins(funded.free) - coins(withdrawn.free)).toBe(700n)
  })

  it('that is missing stops a job before anything is bought', async () => {
    const { free } = await cloud.ask<{ free: string }>(['wallet', 'balance'])
    const all = (BigInt(free) / 10n ** 18n).toString()
    await cloud.ask(['wallet', 'withdraw', all])
    const { code, stderr } = await cloud.millrace([
      'run',
      'primes',
      '--array',
      '1-1000',
      '--',
      '{i}',
      '{i}9',
    ])
    expect(code).toBe(3)
    expect(stderr).toMatch(/only .* are free in escrow[\s\S]*wallet deposit/)
    await cloud.ask(['wallet', 'deposit', all])
  })
})

describe('the market', () => {
  it.each([
    [['app', 'ls'], 'apps', 10],
    [['pool', 'ls'], 'pools', 1],
    [['worker', 'ls'], 'workers', 2],
    [['order', 'ls'], 'orders', 11],
  ])('is listed by %j', async (args, key, least) => {
    const answer = await cloud.ask<Record<string, unknown[]>>(args)
    expect(answer[key]?.length).toBeGreaterThanOrEqual(least)
    expect((await cloud.millrace(args)).stdout.split('\n').length).toBeGreaterThan(1)
  })

  it('shows the deals of a job, the chain and the cloud', async () => {
    const { deals } = await ask<{ deals: { dealId: string }[] }>(['run', 'primes', '--', '2', '3'])
    const deal = await cloud.ask<{ state: string }>(['deal', 'show', deals[0]?.dealId ?? ''])
    expect(deal.state).toBe('done')
    const chain = await cloud.ask<{ headBlock: number; indexedBlock: number }>(['chain', 'status'])
    expect(chain.indexedBlock).toBe(chain.headBlock)
    expect(await cloud.ask(['cloud', 'status'])).toMatchObject({ running: true })
  })

  it('speaks Chinese to those who do', async () => {
    const { stdout } = await cloud.millrace(['--lang', 'zh', 'job', 'ls', '1'])
    expect(stdout).toContain('作业')
  })
})
