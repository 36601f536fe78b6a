import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ROOT, wasiBench } from '../testing/wasiBench.ts'
import { ERRNO, LimitReached, ProcessExit } from './errno.ts'
import { WASI_SIGNATURES } from './signatures.ts'

const narrow = fc.oneof(
  fc.constantFrom(0, 1, 2, 3, 4, 5, 16, 1024, 65_535, 65_536, -1, -8, 0x7fffffff, -0x80000000),
  fc.integer({ min: 0, max: 70_000 }),
  fc.integer({ min: -0x80000000, max: 0x7fffffff }),
)
const wide = fc.oneof(
  fc.constantFrom(0n, 1n, 66n, 1000n, -1n, (1n << 63n) - 1n, -(1n << 63n)),
  fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }),
)
const call = fc
  .constantFrom(...Object.entries(WASI_SIGNATURES))
  .chain(([name, parameters]) =>
    fc
      .tuple(
        ...[...parameters].map(
          (letter): fc.Arbitrary<number | bigint> => (letter === 'i' ? narrow : wide),
        ),
      )
      .map((args) => ({ name, args })),
  )

const ERRNOS = new Set<number>(Object.values(ERRNO))

test('any call with any numbers gives an errno or ends the run, and costs fuel', {
  timeout: 60_000,
}, () => {
  fc.assert(
    fc.property(
      fc.array(call, { maxLength: 40 }),
      fc.uint8Array({ maxLength: 200 }),
      (calls, noise) => {
        const bench = wasiBench({ inputs: { a: 'x', 'b/c': 'y' }, diskBytes: 5000, files: 10 })
        bench.put(0, noise)
        bench.put(1024, 'tmp/file')
        bench.create('tmp/open')
        for (const { name, args } of calls) {
          const before = bench.fuel()
          try {
            expect(ERRNOS.has(bench.call(name, ...args))).toBe(true)
          } catch (error) {
            if (!(error instanceof ProcessExit || error instanceof LimitReached)) throw error
            return
          }
          expect(bench.fuel()).toBeGreaterThan(before)
        }
        // The tree is whole whatever happened, unless the root's descriptor is gone.
        const listed = bench.call('fd_readdir', ROOT, 8192, 500, 0n, 16)
        expect([0, ERRNO.badf, ERRNO.notdir]).toContain(listed)
        bench.wasi.host.tree.outputs()
      },
    ),
    { numRuns: 500 },
  )
})
