import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ProgramRefusedError } from './errors.ts'
import type { RunResult, Runtime } from './runtime.ts'
import { buildModule, I32, i32, type ModuleSpec } from './testing/moduleBuilder.ts'
import { aRuntime, fixture, program, runProgram, text } from './testing/programs.ts'
import { aRequest, LIMITS } from './testing/requests.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await aRuntime()
})
afterAll(() => runtime.close())

const attack = (args: string[], request: Parameters<typeof aRequest>[0] = {}): Promise<RunResult> =>
  runProgram(runtime, fixture('attack'), aRequest({ args, ...request }))

describe('the host', () => {
  test('is nowhere to be found', async () => {
    const { status, stdout } = await attack(['host'])
    expect(status).toBe('ok')
    expect(text(stdout)).not.toContain('FOUND')
    expect(text(stdout).match(/nothing/g)?.length).toBe(9)
  })

  test('is not reached by links, which cannot be made', async () => {
    const { stdout, files } = await attack(['links'], {
      inputs: [{ path: 'a', source: new Uint8Array(1) }],
    })
    expect(text(stdout)).not.toMatch(/FOUND|made/)
    expect(files).toEqual([])
  })

  test('shows neither its time nor its randomness', async () => {
    const [first, second] = [await attack(['noise']), await attack(['noise'])]
    expect(text(first.stdout)).toMatch(/^[0-9a-f]{16} 946684800\.\d{9}\n$/)
    expect(text(second.stdout)).toBe(text(first.stdout))
    const other = await attack(['noise'], {
      seed: `0x${'11'.repeat(32)}` as `0x${string}` as never,
    })
    expect(text(other.stdout).slice(0, 16)).not.toBe(text(first.stdout).slice(0, 16))
  })
})

describe('limits', () => {
  test('of the disk end the run at the exact byte', async () => {
    const { status, files } = await attack(['disk'])
    expect(status).toBe('disk')
    expect(files.map(({ path, bytes }) => [path, bytes.length])).toEqual([['big', 1 << 20]])
  })

  test('of files end the run at the exact file', async () => {
    const { status, files } = await attack(['files'])
    expect([status, files.length]).toEqual(['disk', LIMITS.files])
  })

  test('of stdout end the run at the exact byte', async () => {
    const { status, stdout } = await attack(['stdout'])
    expect([status, stdout.length]).toEqual(['stdout', LIMITS.stdoutBytes])
  })

  test('of stderr cut it and nothing else', async () => {
    const { status, stderr } = await attack(['stderr'])
    expect([status, stderr.length]).toEqual(['ok', 65_536])
  })

  test('of memory refuse what a program asks for', async () => {
    const { status, stdout } = await attack(['memory'])
    expect(status).toBe('ok')
    const mib = Number.parseInt(text(stdout), 10)
    expect(mib).toBeGreaterThan(55)
    expect(mib).toBeLessThan(64)
  })

  test('of memory are named when the program gives up', async () => {
    expect((await attack(['memory-abort'])).status).toBe('memory')
    expect((await attack(['trap'])).status).toBe('trap')
  })

  test('of memory hold for single allocations', async () => {
    expect(text((await attack(['huge'])).stdout)).toBe('7ffff000: refused\nfffff000: refused\n')
  })

  test('of memory hold for what a module starts with', async () => {
    const greedy = buildModule({
      functions: [{ code: [], export: '_start' }],
      memory: { min: 2000 },
    })
    const { status, fuel } = await runProgram(runtime, program('greedy.wasm', greedy))
    expect([status, fuel]).toEqual(['memory', 0n])
  })

  test('of descriptors fail the call', async () => {
    expect(text((await attack(['descriptors'])).stdout)).toMatch(/^252, then /)
  })

  test('of fuel end an endless loop', async () => {
    const { status, fuel } = await attack(['spin'], { limits: { fuel: 50_000_000n } })
    expect([status, fuel]).toEqual(['fuel', 50_000_000n])
  })

  test('of depth end endless recursion', async () => {
    expect((await attack(['deep'])).status).toBe('depth')
  })

  test('are not met by sleeping for ever', async () => {
    const { status, stdout, wallMs } = await attack(['sleep'])
    expect(status).toBe('ok')
    expect(text(stdout)).toBe('slept 2000000000 s\n')
    expect(wallMs).toBeLessThan(30_000)
  })
})

describe('modules', () => {
  const refused = async (wasm: Uint8Array | ModuleSpec): Promise<ProgramRefusedError> => {
    const bytes = wasm instanceof Uint8Array ? wasm : buildModule(wasm)
    const error = await runtime.prepare(program('evil.wasm', bytes)).catch((e: unknown) => e)
    if (!(error instanceof ProgramRefusedError)) throw new Error(`not refused: ${error}`)
    return error
  }
  const start = { code: [], export: '_start' }

  test('that are none are refused with the reason', async () => {
    expect((await refused(new Uint8Array())).message).toContain('not a valid WebAssembly module')
    expect((await refused(new TextEncoder().encode('#!/bin/sh'))).message).toContain('evil.wasm')
    const truncated = fixture('hello').bytes.slice(0, 5000)
    expect((await refused(truncated)).hints[0]).toContain('complete')
  })

  test('that write the fuel counter are refused', async () => {
    const code = [0x42, 0, 0x24, 0]
    expect((await refused({ functions: [{ ...start, code }] })).code).toBe('PROGRAM_REFUSED')
  })

  test('that export the names of the meter are refused', async () => {
    const functions = [start, { code: [], export: 'millrace:fuel' }]
    expect((await refused({ functions })).message).toContain('millrace:fuel')
  })

  test('that import the host are refused by name', async () => {
    const imports = [{ module: 'env', name: 'system', params: [I32], results: [I32] }]
    const { message, hints } = await refused({ imports, functions: [start] })
    expect(message).toContain('env.system')
    expect(hints[0]).toContain('system')
  })

  test('whose data lies outside their memory end with a trap', async () => {
    const wasm = buildModule({ functions: [start], memory: { min: 0, max: 1 }, data: [1] })
    const { status, fuel } = await runProgram(runtime, program('data.wasm', wasm))
    expect([status, fuel]).toEqual(['trap', 0n])
  })

  test('that run before they start are metered as well', async () => {
    const spin = { code: [0x03, 0x40, 0x0c, 0, 0x0b] }
    const wasm = buildModule({ functions: [spin, start], start: 0 })
    const { status } = await runProgram(runtime, program('early.wasm', wasm))
    expect(status).toBe('fuel')
  })

  test('that call themselves back through the table stay within the depth', async () => {
    const code = [...i32(0), 0x11, 0, 0]
    const wasm = buildModule({
      functions: [{ code, export: '_start' }],
      table: { min: 1 },
      elements: [0],
    })
    expect((await runProgram(runtime, program('table.wasm', wasm))).status).toBe('depth')
  })

  test('that take long to compile are bounded by the wall clock', async () => {
    const bomb = program('bomb.wasm', compileBomb())
    const prepared = await runtime.prepare(bomb)
    const result = await runtime.run(prepared, aRequest({ limits: { wallMs: 1 } }), {
      group: 'bomb',
    })
    expect(result).toMatchObject({ kind: 'failure', reason: 'timeout' })
    expect((await attack(['trap'])).status).toBe('trap')
  })

  /** Functions of thousands of nested blocks over many live values. */
  function compileBomb(): Uint8Array {
    const locals = new Array<number>(60).fill(I32)
    const mix = Array.from({ length: 4000 }, (_, i) => [
      ...[0x02, 0x40, 0x20, i % 60, 0x0d, 0, 0x20, (i * 7) % 60, 0x20, (i * 13) % 60, 0x6c],
      ...[0x21, (i * 31) % 60, 0x0b],
    ]).flat()
    const functions = Array.from({ length: 20 }, () => ({ locals, code: mix }))
    const calls = functions.flatMap((_, i) => [0x10, i])
    return buildModule({ functions: [...functions, { code: calls, export: '_start' }] })
  }
})
