import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CloudUnderTest, runMillrace, startCloudUnderTest } from './chaos/cloudUnderTest.ts'

// Whatever is typed wrong is told by field, value and fix, and costs nothing.

let cloud: CloudUnderTest
beforeAll(async () => {
  cloud = await startCloudUnderTest()
  writeFileSync(join(cloud.home, 'a.txt'), 'text')
  writeFileSync(join(cloud.home, 'empty.js'), '')
  writeFileSync(join(cloud.home, 'rubbish.wasm'), 'rubbish')
  for (const name of ['app', 'nowhere', 'other', 'third']) mkdirSync(join(cloud.home, name))
  writeFileSync(join(cloud.home, 'app', 'millrace.json'), '{"name": "X"}')
})
afterAll(() => cloud.stop())

describe.each<[args: string[], code: number, says: RegExp]>([
  [['run'], 2, /missing required argument 'app'/i],
  [['run', 'primes', '--nope'], 2, /unknown option '--nope'[\s\S]*after --/i],
  [['frobnicate'], 2, /unknown command 'frobnicate'/i],
  [['job', 'lss'], 2, /Did you mean ls/],
  [['run', 'primes', '--trust', '0'], 2, /--trust is "0"[\s\S]*--trust none/],
  [['run', 'primes', '--trust', '101%'], 2, /--trust is "101%"/],
  [['run', 'primes', '--trust', 'much'], 2, /--trust is "much"[\s\S]*90%/],
  [['run', 'primes', '--trust', '99.999999%'], 3, /trust 99.999999 %, the pool offers/],
  [['run', 'primes', '--sla', 'most'], 2, /--sla is "most"[\s\S]*95%/],
  [['run', 'primes', '--task-time', '5m'], 2, /--task-time is "5m"[\s\S]*--sla/],
  [['run', 'primes', '--sla', '99%'], 3, /99 % of the tasks in time, the pool offers 90 %/],
  [['run', 'primes', '--rank', '1 +'], 2, /at position 3 is the end of the text/],
  [['run', 'primes', '--requirements', 'TARGET.Gpus = 1'], 2, /at position 12[\s\S]*Write ==/],
  [['run', 'primes', '--requirements', 'size(TARGET.x) > 1'], 2, /function size at position 0/],
  [['ad', 'eval', 'a <> b'], 2, /at position 3[\s\S]*Write !=/],
  [['ad', 'eval', 'x', '--my', 'none.ad'], 2, /--my: none.ad cannot be read/],
  [['ad', 'match', '[a = ', 'empty.js'], 2, /at position 5 is the end of the text/],
  [['run', 'primes', '--deadline', 'soon'], 2, /--deadline is "soon"[\s\S]*10m/],
  [['run', 'primes', '--deadline', '400d'], 3, /deadline of/],
  [['run', 'primes', '--max-price', 'cheap'], 2, /--max-price is "cheap"/],
  [
    ['run', 'primes', '--max-price', '0.001', '--', '1', '2'],
    3,
    /over the limit of 0.001[\s\S]*--max-price 0.0011/,
  ],
  [['run', 'primes', '--array', '9-1'], 2, /--array is "9-1"[\s\S]*1-9/],
  [['run', 'primes', '--array', '1-9', '--each', '*.txt'], 2, /--array is "1-9"[\s\S]*--each/],
  [['run', 'primes', '--each', '*.none'], 2, /--each is "\*.none"/],
  [['run', 'primes', '--input', 'none.txt'], 2, /--input: none.txt cannot be read/],
  [['run', 'primes', '--input', 'a.txt:../up'], 2, /"..\/up"/],
  [['run', 'primes', '--', '{file}'], 2, /\{file\}[\s\S]*--each/],
  [['run', 'primes', '--pool', 'local'], 2, /--pool is "local"/],
  [['run', 'primes', '--wait', '--detach'], 2, /--detach/],
  [['run', 'nosuch'], 2, /no app "nosuch"[\s\S]*primes/],
  [['run', './nosuch.js'], 2, /nosuch.js cannot be read/],
  [['run', 'a.txt:x/../y.js'], 2, /cannot be read/],
  [['run', 'empty.js'], 2, /empty.js[\s\S]*not empty/],
  [['app', 'publish', 'app'], 2, /name \("X"\)[\s\S]*version: is missing/],
  [['app', 'publish', 'nowhere'], 2, /millrace.json cannot be read/],
  [['app', 'new', 'UPPER'], 2, /name is "UPPER"/],
  [['app', 'new'], 2, /missing required argument 'name'/i],
  [['app', 'new', 'x1', '--template', 'cobol'], 2, /--template is "cobol"[\s\S]*javascript/],
  [['job', 'show', '99'], 2, /no job 99[\s\S]*job ls/],
  [['job', 'show', 'first'], 2, /no job first[\s\S]*last, all/],
  [['deal', 'show', '0x12'], 2, /deal is "0x12"/],
  [['deal', 'show', `0x${'ab'.repeat(32)}`], 7, /no deal/],
  [['order', 'ls', '--kind', 'pizza'], 2, /--kind is "pizza"[\s\S]*request/],
  [['wallet', 'deposit', '-3'], 2, /./],
  [['wallet', 'deposit', '0'], 2, /amount is "0"/],
  [['wallet', 'withdraw', '99999999'], 2, /at most the/],
  [['worker', 'explain', 'bob'], 2, /worker is "bob"/],
  [['worker', 'start', '--slots', 'many'], 2, /--slots is "many"/],
  [['--lang', 'fr', 'job', 'ls'], 2, /lang/],
])('millrace %j', (args, code, says) => {
  it(`ends with ${code} and says ${says}`, async () => {
    const finished = await cloud.millrace(args)
    expect(finished.stderr).toMatch(says)
    expect(finished.code).toBe(code)
    expect(finished.stdout).toBe('')
  })
})

it('is told to machines as one document', async () => {
  const { code, stdout, stderr } = await cloud.millrace(['run', 'primes', '--trust', '0', '--json'])
  expect(code).toBe(2)
  expect(stderr).toBe('')
  expect(JSON.parse(stdout)).toMatchObject({
    error: { code: 'INVALID_INPUT', meta: { field: '--trust', value: '"0"' } },
  })
})

it('has cost nothing', async () => {
  expect(await cloud.ask(['job', 'ls'])).toEqual({ jobs: [] })
})

describe('a cloud', () => {
  it('that is not there is missed by every command, with how to start one', async () => {
    const { code, stderr } = await runMillrace(join(cloud.home, 'nowhere'), ['wallet', 'balance'])
    expect(code).toBe(5)
    expect(stderr).toMatch(/No cloud runs[\s\S]*npm start/)
  })

  it.each([
    [['--market-port', 'eighty'], /--market-port is "eighty"/],
    [['--workers', '0'], /--workers is "0"/],
    [['--settle-window', '1s'], /--settle-window is "1s"[\s\S]*60s/],
    [['--log-level', 'loud'], /--log-level is "loud"/],
    [['--pool-ad', '[a = 1 b = 2]'], /at position 7[\s\S]*semicolons/],
    [['--pool-ad', '[Requirements = size(TARGET.x)]'], /function size at position 16/],
  ])('is not started with %j', async (flags, says) => {
    const home = join(cloud.home, 'other')
    const { code, stderr } = await runMillrace(home, ['cloud', 'start', ...flags])
    expect(code).toBe(2)
    expect(stderr).toMatch(says)
  })

  it('does not take a port that was asked for and is in use', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const flags = ['--pool-port', String(port)]
    const { code, stderr } = await runMillrace(join(cloud.home, 'third'), [
      'cloud',
      'start',
      ...flags,
    ])
    server.close()
    expect(code).toBe(2)
    expect(stderr).toMatch(new RegExp(`Port ${port}, asked for by --pool-port, is in use`))
  })
})
