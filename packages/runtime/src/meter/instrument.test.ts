import { describe, expect, test } from 'vitest'
import { engineImports, programImports } from '../child/importRule.ts'
import { ANY_PROFILE, meteredInstance } from '../testing/meteredInstance.ts'
import {
  buildModule,
  F64,
  f64,
  I32,
  I64,
  i32,
  type ModuleSpec,
  V128,
} from '../testing/moduleBuilder.ts'
import { WebAssembly } from '../webAssembly.ts'
import { instrument } from './instrument.ts'
import { Refusal } from './refusal.ts'

const PROGRAM = { refusedImport: programImports, requiredExports: ['_start'] }
const START = { code: [], export: '_start' }

function refusal(spec: ModuleSpec | Uint8Array, profile = PROGRAM): string {
  const wasm = spec instanceof Uint8Array ? spec : buildModule(spec)
  try {
    instrument(wasm, profile)
  } catch (error) {
    if (error instanceof Refusal) return `${error.what} | ${error.remedy}`
    throw error
  }
  return 'accepted'
}

/** A function `run` that gives an i32. */
const run = (code: number[], more: Partial<ModuleSpec> = {}) =>
  buildModule({ functions: [{ results: [I32], code, export: 'run' }], ...more })

describe('behaviour', () => {
  test('keeps what a function computes', () => {
    const wasm = run([...i32(40), ...i32(2), 0x6a])
    expect(meteredInstance(wasm).call('run')).toBe(42)
  })

  test('returns early, and gives back the depth on every way out', () => {
    const early = [...i32(1), 0x04, 0x40, ...i32(7), 0x0f, 0x0b, ...i32(8)]
    const caller = { results: [I32], code: [0x10, 0], export: 'outer' }
    const wasm = buildModule({
      functions: [{ results: [I32], code: early }, caller],
    })
    const instance = meteredInstance(wasm, { depth: 1000 })
    expect(instance.call('outer')).toBe(7)
    expect(instance.depth.value).toBe(1000)
  })

  test('supports functions and blocks with several results', () => {
    const pair = { results: [I32, I64, F64], code: [...i32(5), 0x42, 6, ...f64(1.5), 0x10, 1] }
    const loop = {
      params: [I32, I64, F64],
      results: [I32, I64, F64],
      code: [0x20, 0, 0x20, 1, 0x20, 2],
    }
    const wasm = buildModule({
      functions: [pair, loop, { results: [I32, I64, F64], code: [0x10, 0], export: 'run' }],
    })
    expect(meteredInstance(wasm).call('run')).toEqual([5, 6n, 1.5])
  })

  test('runs the start function when the host says so, metered', () => {
    const wasm = buildModule({
      functions: [
        { code: [...i32(9), 0x24, 0] },
        { results: [I32], code: [0x23, 0], export: 'run' },
      ],
      globals: [1],
      start: 0,
    })
    const instance = meteredInstance(wasm)
    expect(instance.call('run')).toBe(9)
    expect(instance.fuel.value).toBeLessThan(1n << 40n)
  })

  test('keeps tables, elements, data and globals', () => {
    const wasm = buildModule({
      functions: [
        { results: [I32], code: i32(11) },
        {
          results: [I32],
          code: [...i32(0), 0x11, 0, 0, ...i32(0), 0x28, 2, 0, 0x6a],
          export: 'run',
        },
      ],
      table: { min: 1 },
      elements: [0],
      memory: { min: 1 },
      data: [1, 1, 0, 0],
    })
    expect(meteredInstance(wasm).call('run')).toBe(11 + 257)
  })
})

describe('fuel', () => {
  const countdown = [...[0x03, 0x40, 0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b], ...i32(0)]
  const loop = buildModule({
    functions: [{ params: [I32], results: [I32], code: countdown, export: 'run' }],
  })

  test('is taken by instructions that run, not by those that stand there', () => {
    const used = (rounds: number): bigint => {
      const instance = meteredInstance(loop, { fuel: 1_000_000n })
      instance.call('run', rounds)
      return 1_000_000n - instance.fuel.value
    }
    expect(used(2) - used(1)).toBe(5n)
    expect(used(1000) - used(1)).toBe(999n * 5n)
  })

  test('stops an endless loop', () => {
    const instance = meteredInstance(loop, { fuel: 10_000n })
    expect(() => instance.call('run', 0)).toThrow(WebAssembly.RuntimeError)
    expect(instance.fuel.value).toBeLessThan(0n)
    expect(instance.fuel.value).toBeGreaterThan(-100n)
  })

  test('is taken by the length of bulk operations', () => {
    const fill = [...i32(0), ...i32(7), 0x20, 0, 0xfc, 11, 0, ...i32(0)]
    const wasm = buildModule({
      functions: [{ params: [I32], results: [I32], code: fill, export: 'run' }],
      memory: { min: 1 },
    })
    const used = (length: number): bigint => {
      const instance = meteredInstance(wasm)
      instance.call('run', length)
      return (1n << 40n) - instance.fuel.value
    }
    expect(used(50_000) - used(0)).toBe(50_000n)
  })

  test('is taken for pages that were given only', () => {
    const wasm = buildModule({
      functions: [{ params: [I32], results: [I32], code: [0x20, 0, 0x40, 0], export: 'run' }],
      memory: { min: 1 },
    })
    const instance = meteredInstance(wasm, { pages: 4 })
    const before = instance.fuel.value
    expect(instance.call('run', 2)).toBe(1)
    expect(before - instance.fuel.value).toBeGreaterThan(2n * 65_536n)
    expect(instance.denied.value).toBe(0)
    const middle = instance.fuel.value
    expect(instance.call('run', 2)).toBe(-1)
    expect(middle - instance.fuel.value).toBeLessThan(100n)
    expect(instance.denied.value).toBe(1)
  })
})

describe('depth', () => {
  const recursive = buildModule({
    functions: [{ params: [I32], results: [I32], code: [0x20, 0, 0x10, 0], export: 'run' }],
  })

  test('ends deep recursion long before the machine stack does', () => {
    const instance = meteredInstance(recursive, { depth: 10_000 })
    expect(() => instance.call('run', 0)).toThrow(/unreachable/)
    expect(instance.depth.value).toBeLessThan(0)
  })
})

describe('NaN', () => {
  test('is canonical wherever its bits can be seen', () => {
    const divide = [...f64(0), ...f64(0), 0xa3]
    const wasm = buildModule({
      functions: [{ results: [I64], code: [...divide, 0xbd], export: 'run' }],
    })
    expect(meteredInstance(wasm).call('run')).toBe(0x7ff8000000000000n)
  })

  test('is canonical in each lane of a vector', () => {
    const nans = [
      0xfd,
      12,
      ...new Array(16).fill(0),
      0xfd,
      12,
      ...new Array(16).fill(0),
      0xfd,
      0xe7,
      0x01,
    ]
    const wasm = buildModule({
      functions: [{ results: [I64], code: [...nans, 0xfd, 29, 1], export: 'run' }],
    })
    expect(meteredInstance(wasm).call('run')).toBe(0x7fc000007fc00000n)
  })

  test('costs nothing where it flows into arithmetic', () => {
    const chain = [0x20, 0, 0x20, 0, 0xa0, 0x20, 0, 0xa2, 0x20, 0, 0xa1]
    const sum = buildModule({
      functions: [
        { params: [F64], results: [I32], code: [...chain, 0x20, 0, 0x63], export: 'run' },
      ],
    })
    const seen = buildModule({
      functions: [{ params: [F64], results: [I32], code: [...chain, 0xbd, 0xa7], export: 'run' }],
    })
    const growth = (wasm: Uint8Array) => instrument(wasm, ANY_PROFILE).length - wasm.length
    expect(growth(seen) - growth(sum)).toBeGreaterThan(15)
  })
})

describe('refusals name the thing and the remedy', () => {
  test.each([
    [
      'a foreign import',
      { imports: [{ module: 'env', name: 'dlopen' }], functions: [START] },
      /env\.dlopen \|.*link/,
    ],
    [
      'another host',
      { imports: [{ module: 'wasi:io', name: 'x' }], functions: [START] },
      /wasm32-wasi/,
    ],
    [
      'an unknown call',
      { imports: [{ module: 'wasi_snapshot_preview1', name: 'fork' }], functions: [START] },
      /no function fork/,
    ],
    [
      'a call with other parameters',
      {
        imports: [
          { module: 'wasi_snapshot_preview1', name: 'fd_seek', params: [I32], results: [I32] },
        ],
        functions: [START],
      },
      /other parameters/,
    ],
    ['a module without entry', { functions: [{ code: [] }] }, /no function _start \|.*main/],
    [
      'an entry that is no function',
      { memory: { min: 1 }, exports: [['_start', 2, 0]] },
      /no function _start/,
    ],
    ['atomics', { functions: [{ ...START, code: [0xfe, 3, 0] }] }, /threads.*-pthread/],
    ['relaxed SIMD', { functions: [{ ...START, code: [0xfd, 0x80, 2] }] }, /relaxed SIMD/],
    ['exceptions', { functions: [{ ...START, code: [0x08, 0] }] }, /-fno-exceptions/],
    ['tail calls', { functions: [{ ...START, code: [0x12, 0] }] }, /tail calls/],
    ['garbage collection', { functions: [{ ...START, code: [0xfb, 0, 0] }] }, /-mno-gc/],
    [
      'shared memory',
      { functions: [START], memory: { min: 1, max: 2, flags: 3 } },
      /shared memory/,
    ],
    ['64-bit memory', { functions: [START], memory: { min: 1, flags: 4 } }, /wasm32/],
    ['GC types', { functions: [START], types: [[0x5f, 0]] }, /garbage-collected/],
    ['exception tags', { functions: [START], extra: [{ id: 13, body: [0] }] }, /exceptions/],
    [
      'names of the meter',
      { functions: [{ ...START }, { code: [], export: 'millrace:fuel' }] },
      /does not start with/,
    ],
    ['too large a table', { functions: [START], table: { min: 2_000_000 } }, /tables of/],
  ] as [string, ModuleSpec, RegExp][])('%s', (_, spec, expected) => {
    expect(refusal(spec)).toMatch(expected)
  })

  test('imports of memories, tables and globals', () => {
    for (const [kind, name] of [
      [1, 'table'],
      [2, 'memory'],
      [3, 'global'],
    ] as const) {
      const body = [1, 3, 0x65, 0x6e, 0x76, 1, 0x6d, kind, 0, 1]
      const wasm = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 2, body.length, ...body])
      expect(refusal(wasm)).toContain(`imports ${name} env.m`)
    }
  })

  test('the engine, and only it, may call its host', () => {
    const spec = { imports: [{ module: 'env', name: 'host_call' }], functions: [START] }
    const engine = { refusedImport: engineImports, requiredExports: ['_start'] }
    expect(refusal(spec, engine)).toBe('accepted')
    expect(refusal(spec)).toContain('env.host_call')
  })

  test('reaching for the meter by its index', () => {
    for (const code of [
      [...i32(1), 0x24, 1, ...i32(0)],
      [0x23, 1],
    ])
      expect(refusal(run(code, { globals: [0] }), ANY_PROFILE)).toContain('global index')
  })

  test('vectors beyond the profile keep their v128 locals', () => {
    const wasm = buildModule({
      functions: [{ results: [I32], locals: [V128], code: [0x20, 0, 0xfd, 0x53], export: 'run' }],
    })
    expect(meteredInstance(wasm).call('run')).toBe(0)
  })
})
