import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@millrace/base'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Runtime } from './runtime.ts'
import { aRuntime, fixture, program, runProgram, text } from './testing/programs.ts'
import { aRequest } from './testing/requests.ts'

let directory: string
let runtime: Runtime
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-test-'))
  runtime = await aRuntime({ cacheDir: directory, maxChildren: 2 })
})
afterAll(async () => {
  await runtime.close()
  await rm(directory, { recursive: true, force: true })
})

const attack = fixture('attack')

describe('a run', () => {
  test('gives what a program writes', async () => {
    const result = await runProgram(runtime, fixture('hello'), aRequest({ args: ['you'] }))
    expect(result).toMatchObject({ status: 'ok', exitCode: 0 })
    expect(text(result.stdout)).toBe('hello you 2\n')
    expect(result.files.map(({ path, bytes }) => [path, text(bytes)])).toEqual([
      ['greeting.txt', 'written by hello.wasm\n'],
    ])
    expect(result.fuel).toBeGreaterThan(1000n)
  })

  test.each([0, 1, 255, 70_000])('gives exit code %i', async (code) => {
    const { status, exitCode } = await runProgram(
      runtime,
      attack,
      aRequest({ args: ['exit', String(code)] }),
    )
    expect([status, exitCode]).toEqual([code === 0 ? 'ok' : 'exit', code])
  })

  test('has nothing of the run before it', async () => {
    const fuels = new Set<bigint>()
    for (let i = 0; i < 5; i++)
      fuels.add((await runProgram(runtime, attack, aRequest({ args: ['files'] }))).fuel)
    expect(fuels.size).toBe(1)
  })

  test('reads inputs from memory and from files alike', async () => {
    const script = program(
      'sum.js',
      'print(listFiles().map((f) => f + "=" + readText("/in/" + f)).join())',
    )
    const hostPath = join(directory, 'input.txt')
    await writeFile(hostPath, 'from disk')
    const inputs = [
      { path: 'z/file', source: { hostPath, sizeBytes: 9 } },
      { path: 'a', source: new TextEncoder().encode('from memory') },
    ]
    const { stdout } = await runProgram(runtime, script, aRequest({ inputs }))
    expect(text(stdout)).toBe('a=from memory,z/file=from disk\n')
  })

  test('passes large inputs and outputs through', async () => {
    const script = program('copy.js', "writeFile('/out/copy', readFile('/in/big'))")
    const big = new Uint8Array(20 << 20).map((_, i) => i * 31)
    const request = aRequest({
      inputs: [{ path: 'big', source: big }],
      limits: { diskBytes: 32 << 20, memoryMiB: 256 },
    })
    const { status, files } = await runProgram(runtime, script, request)
    expect(status).toBe('ok')
    expect(Buffer.from(files[0]?.bytes ?? []).equals(big)).toBe(true)
  })

  test('of a file that is not as announced is a failure of the host', async () => {
    const prepared = await runtime.prepare(fixture('hello'))
    const hostPath = join(directory, 'short.txt')
    await writeFile(hostPath, 'short')
    for (const source of [
      { hostPath, sizeBytes: 50 },
      { hostPath: join(directory, 'none'), sizeBytes: 5 },
    ]) {
      const request = aRequest({ inputs: [{ path: 'a', source }] })
      expect(await runtime.run(prepared, request, { group: 'g' })).toMatchObject({
        kind: 'failure',
        reason: 'host-error',
      })
    }
  })

  test('of inputs that cannot be laid out is a failure that says why', async () => {
    const prepared = await runtime.prepare(fixture('hello'))
    const inputs = [{ path: '../x', source: new Uint8Array() }]
    expect(await runtime.run(prepared, aRequest({ inputs }), { group: 'g' })).toMatchObject({
      message: expect.stringContaining('not below /in'),
    })
  })
})

describe('interruptions', () => {
  const spin = aRequest({ args: ['spin'], limits: { fuel: 1n << 62n } })

  test('a wall limit is no result, and the next task runs', async () => {
    const prepared = await runtime.prepare(attack)
    const request = { ...spin, limits: { ...spin.limits, wallMs: 200 } }
    const result = await runtime.run(prepared, request, { group: 'g' })
    expect(result).toMatchObject({ kind: 'failure', reason: 'timeout' })
    expect((await runProgram(runtime, fixture('hello'))).status).toBe('ok')
  })

  test('an abort while it runs is no result', async () => {
    const prepared = await runtime.prepare(attack)
    const cancel = new AbortController()
    const running = runtime.run(prepared, spin, { group: 'g', signal: cancel.signal })
    await systemClock.sleep(100)
    cancel.abort()
    expect(await running).toMatchObject({ kind: 'failure', reason: 'cancelled' })
  })

  test('an abort while it waits is no result', async () => {
    const prepared = await runtime.prepare(attack)
    const first = new AbortController()
    const running = [1, 2].map(() =>
      runtime.run(prepared, spin, { group: 'g', signal: first.signal }),
    )
    const second = new AbortController()
    const waiting = runtime.run(prepared, spin, { group: 'h', signal: second.signal })
    second.abort()
    expect(await waiting).toMatchObject({ reason: 'cancelled' })
    first.abort()
    expect((await Promise.all(running)).map(({ kind }) => kind)).toEqual(['failure', 'failure'])
  })

  test('a program that was not prepared here is a failure, not a crash', async () => {
    const prepared = { ...(await runtime.prepare(attack)), key: 'unknown' }
    expect(await runtime.run(prepared, aRequest(), { group: 'g' })).toMatchObject({
      kind: 'failure',
      reason: 'host-error',
    })
  })

  test('many tasks of many groups all come to an end', async () => {
    const prepared = await runtime.prepare(fixture('hello'))
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        runtime.run(prepared, aRequest(), { group: `g${i % 3}` }),
      ),
    )
    expect(results.every(({ kind }) => kind === 'result')).toBe(true)
  })
})

describe('the cache', () => {
  test('is read by the next runtime, and a torn file in it is made again', async () => {
    await runtime.prepare(fixture('hello'))
    const modules = join(directory, 'modules')
    const name = (await readdir(modules)).find((file) =>
      file.startsWith(fixture('hello').sha256.slice(2)),
    )
    const path = join(modules, name ?? '')
    const good = await readFile(path)
    await writeFile(path, good.subarray(0, good.length - 10))
    const other = await aRuntime({ cacheDir: directory })
    try {
      expect((await runProgram(other, fixture('hello'))).status).toBe('ok')
      expect((await readFile(path)).equals(good)).toBe(true)
    } finally {
      await other.close()
    }
  })
})
