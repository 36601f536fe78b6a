import fc from 'fast-check'
import { expect, test } from 'vitest'
import { arbitraryProgram } from '../testing/arbitraryProgram.ts'
import { ANY_PROFILE, meteredInstance } from '../testing/meteredInstance.ts'
import { type WasmFunction, type WasmMemory, WebAssembly } from '../webAssembly.ts'
import { instrument } from './instrument.ts'
import { Refusal } from './refusal.ts'

type Observed = { value: unknown; memory: Buffer }

const ENOUGH = 1n << 40n
const input = fc.integer({ min: -3, max: 100 })

function observe(run: () => unknown, memory: WasmMemory): Observed {
  let value: unknown
  try {
    value = run()
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error
    value = 'trap'
  }
  return { value, memory: Buffer.from(memory.buffer) }
}

function runPlain(wasm: Uint8Array, argument: number): Observed {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm), {})
  const { run, memory } = exports
  return observe(() => (run as WasmFunction)(argument), memory as WasmMemory)
}

// Compiling takes its time on a busy machine.
const PATIENT = { timeout: 60_000 }

test('metered programs compute what the plain ones do', PATIENT, () => {
  fc.assert(
    fc.property(arbitraryProgram, input, (wasm, argument) => {
      expect(WebAssembly.validate(wasm)).toBe(true)
      const metered = meteredInstance(wasm)
      const got = observe(() => metered.call('run', argument), metered.memory)
      const plain = runPlain(wasm, argument)
      expect(got.value).toEqual(plain.value)
      expect(got.memory.equals(plain.memory)).toBe(true)
      expect(metered.fuel.value).toBeGreaterThan(0n)
    }),
    { numRuns: 200 },
  )
})

test('a run needs exactly the fuel that it used', PATIENT, () => {
  fc.assert(
    fc.property(arbitraryProgram, input, (wasm, argument) => {
      const left = (fuel: bigint): bigint => {
        const metered = meteredInstance(wasm, { fuel })
        observe(() => metered.call('run', argument), metered.memory)
        return metered.fuel.value
      }
      const used = ENOUGH - left(ENOUGH)
      expect(left(used)).toBe(0n)
      expect(left(used - 1n)).toBeLessThan(0n)
    }),
    { numRuns: 150 },
  )
})

test('depth is given back by every program that ends without a trap', PATIENT, () => {
  fc.assert(
    fc.property(arbitraryProgram, input, (wasm, argument) => {
      const metered = meteredInstance(wasm, { depth: 5000 })
      const { value } = observe(() => metered.call('run', argument), metered.memory)
      if (value !== 'trap') expect(metered.depth.value).toBe(5000)
    }),
    { numRuns: 150 },
  )
})

const mutation = fc.record({ at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }) })

test('valid modules stay valid or are refused, whatever bytes are changed', PATIENT, () => {
  let valid = 0
  fc.assert(
    fc.property(
      arbitraryProgram,
      fc.array(mutation, { minLength: 1, maxLength: 3 }),
      (wasm, changes) => {
        const mutant = wasm.slice()
        for (const { at, byte } of changes) mutant[8 + (at % (mutant.length - 8))] = byte
        const metered = attempt(mutant)
        if (!WebAssembly.validate(mutant) || metered === undefined) return
        valid++
        expect(WebAssembly.validate(metered)).toBe(true)
      },
    ),
    { numRuns: 1500 },
  )
  expect(valid).toBeGreaterThan(50)
})

/** `undefined` when refused; anything but a refusal is a bug. */
function attempt(wasm: Uint8Array): Uint8Array | undefined {
  try {
    return instrument(wasm, ANY_PROFILE)
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw error
  }
}
