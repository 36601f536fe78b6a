import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OFLAGS, READ_WRITE, wasiBench } from '../testing/wasiBench.ts'
import { LimitReached } from './errno.ts'

const DISK = 500
const NAMES = ['a', 'b', 'c']

type Action =
  | { do: 'write'; name: string; at: number; length: number }
  | { do: 'resize'; name: string; size: number }
  | { do: 'unlink'; name: string }
  | { do: 'rename'; name: string; to: string }

const name = fc.constantFrom(...NAMES)
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    do: fc.constant('write' as const),
    name,
    at: fc.nat(200),
    length: fc.integer({ min: 1, max: 150 }),
  }),
  fc.record({ do: fc.constant('resize' as const), name, size: fc.nat(300) }),
  fc.record({ do: fc.constant('unlink' as const), name }),
  fc.record({ do: fc.constant('rename' as const), name, to: name }),
)

/** Files as plain byte arrays; gives false when the disk would overflow. */
function applyToModel(model: Map<string, number[]>, step: Action, byte: number): boolean {
  const file = model.get(step.name) ?? []
  switch (step.do) {
    case 'write':
      for (let i = file.length; i < step.at + step.length; i++) file.push(0)
      file.fill(byte, step.at, step.at + step.length)
      model.set(step.name, file)
      break
    case 'resize':
      file.length = Math.min(file.length, step.size)
      while (file.length < step.size) file.push(0)
      model.set(step.name, file)
      break
    case 'unlink':
      model.delete(step.name)
      break
    default:
      if (model.delete(step.name)) model.set(step.to, file)
  }
  return [...model.values()].reduce((sum, bytes) => sum + bytes.length, 0) <= DISK
}

function applyToWasi(bench: ReturnType<typeof wasiBench>, step: Action, byte: number): void {
  const path = `out/${step.name}`
  if (step.do === 'unlink') bench.unlink(path)
  else if (step.do === 'rename') bench.rename(path, `out/${step.to}`)
  else {
    const { fd } = bench.open(path, { oflags: OFLAGS.create, rights: READ_WRITE })
    if (step.do === 'resize') bench.call('fd_filestat_set_size', fd, BigInt(step.size))
    else bench.pwrite(fd, String.fromCharCode(byte).repeat(step.length), BigInt(step.at))
    bench.call('fd_close', fd)
  }
}

test('files hold what a model holds, and the disk is full at the exact byte', {
  timeout: 60_000,
}, () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 30 }), (steps) => {
      const bench = wasiBench({ diskBytes: DISK })
      const model = new Map<string, number[]>()
      for (const [i, step] of steps.entries()) {
        const byte = 97 + (i % 26)
        if (!applyToModel(model, step, byte)) {
          expect(() => applyToWasi(bench, step, byte)).toThrow(LimitReached)
          return
        }
        applyToWasi(bench, step, byte)
        const files = bench.wasi.host.tree.outputs().map(({ path, bytes }) => [path, [...bytes]])
        expect(Object.fromEntries(files)).toEqual(Object.fromEntries(model))
      }
    }),
    { numRuns: 300 },
  )
})
