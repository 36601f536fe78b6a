import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { measureSpeed } from './measureSpeed.ts'
import { compareResults, probeDeterminism } from './probeDeterminism.ts'
import type { Runtime } from './runtime.ts'
import { aRuntime, FIXTURES, fixture, program, runProgram, text } from './testing/programs.ts'
import { aRequest } from './testing/requests.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await aRuntime()
})
afterAll(() => runtime.close())

/** Names of the compiler, and what each may use of the processor. */
const CONDITIONS: [string, string[]][] = [
  ['baseline compiler', ['--liftoff', '--no-wasm-tier-up']],
  ['both compilers', ['--liftoff']],
  ['no lazy compilation', ['--no-wasm-lazy-compilation']],
  ['no inlining', ['--no-wasm-inlining']],
  ...(process.arch === 'x64'
    ? ([
        [
          'old processor',
          [
            '--no-enable-avx',
            '--no-enable-avx2',
            '--no-enable-fma3',
            '--no-enable-bmi1',
            '--no-enable-sse4-2',
          ],
        ],
      ] as [string, string[]][])
    : []),
]

describe('the same bytes and the same fuel', () => {
  test.each(CONDITIONS)('with %s', async (_, childFlags) => {
    const other = await aRuntime({ childFlags })
    try {
      for (const [subject, args] of [
        [fixture('numbers'), []],
        [fixture('attack'), ['deep']],
        [fixture('attack'), ['memory-abort']],
        [fixture('attack'), ['disk']],
        [
          program(
            'math.js',
            'let s = 0; for (let i = 0; i < 20000; i++) s += Math.sin(i) ** 3; print(s)',
          ),
          [],
        ],
      ] as const) {
        const request = aRequest({ args: [...args] })
        const [here, there] = [
          await runProgram(runtime, subject, request),
          await runProgram(other, subject, request),
        ]
        expect(compareResults(here, there)).toEqual([])
      }
    } finally {
      await other.close()
    }
  })

  test('as on the machine where these lines were written', async () => {
    const { stdout, fuel } = await runProgram(runtime, fixture('numbers'))
    expect(text(stdout)).toBe(NUMBERS)
    expect(fuel).toBe(NUMBERS_FUEL)
  })

  test('in the probe, which names its conditions', async () => {
    const probe = await probeDeterminism(runtime, fixture('hello'), aRequest())
    expect(probe).toMatchObject({ agrees: true, differences: [] })
    expect(probe.conditions).toContain('baseline compiler')
    expect(text(probe.result.stdout)).toBe('hello world 1\n')
  })
})

test('speed is measured by running', async () => {
  const speed = await measureSpeed(runtime)
  expect(speed).toBeGreaterThan(1e8)
  expect(speed).toBeLessThan(1e12)
})

test.skipIf(!existsSync('/usr/bin/clang-14') || !existsSync('/usr/include/wasm32-wasi'))(
  'the fixtures are what their sources compile to',
  () => {
    const directory = mkdtempSync(join(tmpdir(), 'millrace-fixtures-'))
    try {
      execFileSync(`${FIXTURES}/build.sh`, [directory])
      for (const name of ['hello', 'attack', 'numbers', 'speed'])
        expect(readFileSync(`${directory}/${name}.wasm`).equals(fixture(name).bytes), name).toBe(
          true,
        )
    } finally {
      rmSync(directory, { recursive: true })
    }
  },
)

const NUMBERS = 'nan 0e2b1a14b6876aa7\nlibm da6f6790fda7db6b\nsums df104c55fcd5d456\n'
const NUMBERS_FUEL = 102_872_908n
