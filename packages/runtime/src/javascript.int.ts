import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ProgramRefusedError } from './errors.ts'
import type { Runtime } from './runtime.ts'
import { aRuntime, program, runProgram, text } from './testing/programs.ts'
import { aRequest } from './testing/requests.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await aRuntime()
})
afterAll(() => runtime.close())

async function run(source: string, request = aRequest(), name = 'main.js') {
  const result = await runProgram(runtime, program(name, source), request)
  return { ...result, out: text(result.stdout), err: text(result.stderr) }
}

describe('global functions', () => {
  test('print text, objects and errors', async () => {
    const { out, err } = await run(
      "print('é', 1, { a: [1] }, null, undefined); console.log(2n); console.error('for people')",
    )
    expect(out).toBe('é 1 {"a":[1]} null undefined\n2\n')
    expect(err).toBe('for people\n')
  })

  test('read arguments and inputs, write results', async () => {
    const source = `
      const data = readFile('/in/data.bin')
      writeFile('/out/a/b.txt', args.join('+') + data.length)
      writeFile('out/c.bin', new Uint16Array([1, 2]).subarray(1))
      writeFile('/out/d.bin', data.buffer)
      writeFile('/tmp/e', '')
      print(readText('/out/a/b.txt'), listFiles('/out'))`
    const inputs = [{ path: 'data.bin', source: Uint8Array.of(0, 255, 7) }]
    const { out, files } = await run(source, aRequest({ args: ['x', 'ü'], inputs }))
    expect(out).toBe('x+ü3 ["a/b.txt","c.bin","d.bin"]\n')
    expect(Object.fromEntries(files.map(({ path, bytes }) => [path, [...bytes]]))).toEqual({
      'a/b.txt': [...new TextEncoder().encode('x+ü3')],
      'c.bin': [2, 0],
      'd.bin': [0, 255, 7],
    })
  })

  test.each([
    ["readFile('/etc/passwd')", /no such file/],
    ["readFile('../../etc/passwd')", /leads out/],
    ["readFile('/in')", /is a directory/],
    ["writeFile('/in/x', 'y')", /read-only; write below \/out/],
    ["writeFile('/out', 'y')", /is a directory/],
    ["writeFile('/out/x', 5)", /must be a string/],
    ["listFiles('/none')", /no such file/],
  ])('%s fails as an error that can be caught', async (call, message) => {
    const { status, out } = await run(`try { ${call} } catch (e) { print(e.message) }`)
    expect(status).toBe('ok')
    expect(out).toMatch(message)
  })

  test('end the program with a code', async () => {
    const { status, exitCode, out } = await run("print('before'); exit(7); print('after')")
    expect([status, exitCode, out]).toEqual(['exit', 7, 'before\n'])
    expect((await run('exit()')).status).toBe('ok')
  })
})

describe('errors', () => {
  test.each([
    [
      'thrown',
      "function f() { throw new TypeError('bad') }\nf()",
      /Uncaught TypeError: bad\n.*main\.js:1/,
    ],
    ['of syntax', 'let = ;', /Uncaught SyntaxError/],
    ['in a promise', "Promise.reject(new Error('lost'))", /Uncaught Error: lost/],
    [
      'in an async function',
      "async function main() { await 0; throw new Error('late') }\nmain()",
      /late/,
    ],
    ['that are no errors', 'throw 5', /Uncaught 5/],
    ['of waiting for ever', 'await new Promise(() => {})', /nothing can resolve/],
    ['of importing', "import 'node:fs'", /could not load module/],
    ['of recursion', 'const f = () => f() + 1; f()', /Maximum call stack/],
    ['of memory', 'const a = []; for (;;) a.push(new Uint8Array(1 << 20))', /out of memory/],
  ])('%s end the program with code 1', async (_, source, message) => {
    const { status, exitCode, err } = await run(source)
    expect([status, exitCode]).toEqual(['exit', 1])
    expect(err).toMatch(message)
  })

  test('that are handled later are no errors', async () => {
    const source =
      "const p = Promise.reject(new Error('x')); await 0; p.catch(() => print('caught'))"
    expect(await run(source)).toMatchObject({ status: 'ok', out: 'caught\n' })
  })
})

describe('the sandbox', () => {
  test('has no host in reach', async () => {
    const names = [
      'process',
      'require',
      'fetch',
      'setTimeout',
      'WebAssembly',
      'std',
      'os',
      'scriptArgs',
    ]
    const { out } = await run(`print(${names.map((name) => `typeof ${name}`).join()})`)
    expect(out).toBe(`${names.map(() => 'undefined').join(' ')}\n`)
  })

  test('has a clock and randomness of its own', async () => {
    const source = 'print(new Date().toISOString(), Math.random(), new Date().getTimezoneOffset())'
    const [first, second] = [await run(source), await run(source)]
    expect(first.out).toMatch(/^2000-01-01T00:00:00\.000Z 0\.\d+ 0\n$/)
    expect(second.out).toBe(first.out)
    const seed = `0x${'77'.repeat(32)}` as ReturnType<typeof aRequest>['seed']
    expect((await run(source, aRequest({ seed }))).out).not.toBe(first.out)
  })

  test('gives random numbers that are spread evenly', async () => {
    const { out } = await run(
      'let s = 0, q = 0; for (let i = 0; i < 20000; i++) { const x = Math.random(); s += x; q += x * x }; print(s / 20000, q / 20000)',
    )
    const [mean, square] = out.trim().split(' ').map(Number)
    expect(mean).toBeCloseTo(1 / 2, 1)
    expect(square).toBeCloseTo(1 / 3, 1)
  })

  test('meters an endless loop', async () => {
    const { status, fuel } = await run('for (;;);', aRequest({ limits: { fuel: 100_000_000n } }))
    expect([status, fuel]).toEqual(['fuel', 100_000_000n])
  })

  test('holds limits of stdout and disk', async () => {
    expect((await run("for (;;) print('flood')")).status).toBe('stdout')
    const source = "for (let i = 0; ; i++) writeFile('/out/' + i, new Uint8Array(100000))"
    expect((await run(source)).status).toBe('disk')
  })

  test('says that memory is too small for the engine itself', async () => {
    expect((await run('print(1)', aRequest({ limits: { memoryMiB: 1 } }))).status).toBe('memory')
  })

  test('does not leak memory by what it prints', async () => {
    const source = "for (let i = 0; i < 20000; i++) console.error('x'.repeat(2000))"
    expect((await run(source, aRequest({ limits: { memoryMiB: 16 } }))).status).toBe('ok')
  })
})

describe('TypeScript', () => {
  test('runs with its types taken away', async () => {
    const source =
      'type N = number\nconst twice = (n: N): N => n * 2\nprint(twice(Number(args[0])))'
    expect((await run(source, aRequest({ args: ['21'] }), 'main.ts')).out).toBe('42\n')
  })

  test('that needs a compiler is refused', async () => {
    const enums = program('main.ts', 'enum A { B }\nprint(A.B)')
    await expect(runtime.prepare(enums)).rejects.toThrow(ProgramRefusedError)
    await expect(runtime.prepare(enums)).rejects.toThrow(/enum/)
  })

  test('that is no UTF-8 is refused', async () => {
    const bytes = program('main.js', Uint8Array.of(0xff, 0xfe))
    await expect(runtime.prepare(bytes)).rejects.toThrow(/not valid/)
  })
})
