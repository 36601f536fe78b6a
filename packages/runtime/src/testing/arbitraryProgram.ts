import fc from 'fast-check'
import { buildModule, F64, f64, I32, i32 } from './moduleBuilder.ts'

// Programs of a small language, as WebAssembly: a function `run(i32) -> i32` with two i32 locals, two
// f64 locals, memory, calls and every kind of jump. They may trap or use up fuel, but always end.
// Floats are only compared and converted, so that a NaN's bits, which differ by processor, stay unseen.

const [PARAM, LOCAL, COUNTER, FLOAT, FLOAT2] = [0, 1, 2, 3, 4]

type Code = readonly number[]

const constant = fc.oneof(
  fc.constantFrom(0, 1, -1, 7, 64, 0x7fffffff, -0x80000000),
  fc.integer({ min: -0x80000000, max: 0x7fffffff }),
)
const float = fc.oneof(
  fc.constantFrom(0, -0, 1, -1.5, Number.POSITIVE_INFINITY, Number.NaN),
  fc.double(),
)

/** Expressions and statements whose calls go to function `callee`. */
function language(callee: number): { whole: fc.Arbitrary<Code>; block: fc.Arbitrary<Code> } {
  const { whole, real } = fc.letrec<{ whole: Code; real: Code }>((tie) => ({
    whole: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      constant.map(i32),
      fc.constantFrom([0x20, PARAM], [0x20, LOCAL], [0x3f, 0]),
      fc
        .tuple(
          tie('whole'),
          tie('whole'),
          fc.constantFrom(0x6a, 0x6b, 0x6c, 0x71, 0x73, 0x74, 0x48, 0x4d),
        )
        .map(([a, b, op]) => [...a, ...b, op]),
      // Division traps on zero.
      fc
        .tuple(tie('whole'), tie('whole'), fc.constantFrom(0x6d, 0x6e, 0x70))
        .map(([a, b, op]) => [...a, ...b, op]),
      fc.tuple(tie('whole'), fc.constantFrom(0x45, 0x67, 0x69, 0xc0)).map(([a, op]) => [...a, op]),
      tie('whole').map((a) => [...a, ...i32(0xfff), 0x71, 0x28, 2, 0]),
      fc
        .tuple(tie('real'), tie('real'), fc.constantFrom(0x61, 0x63, 0x65))
        .map(([a, b, op]) => [...a, ...b, op]),
      tie('real').map((a) => [...a, 0xfc, 2]),
      // A block that may be left early with a value; a call; a choice.
      fc.tuple(tie('whole'), tie('whole')).map(([a, b]) => [0x02, I32, ...a, ...b, 0x0d, 0, 0x0b]),
      tie('whole').map((a) => [...a, 0x10, callee]),
      fc
        .tuple(tie('whole'), tie('whole'), tie('whole'))
        .map(([a, b, c]) => [...a, ...b, ...c, 0x1b]),
      fc
        .tuple(tie('whole'), tie('whole'), tie('whole'))
        .map(([a, b, c]) => [...a, 0x04, I32, ...b, 0x05, ...c, 0x0b]),
    ),
    real: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      float.map(f64),
      fc.constantFrom([0x20, FLOAT], [0x20, FLOAT2]),
      fc
        .tuple(tie('real'), tie('real'), fc.constantFrom(0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5))
        .map(([a, b, op]) => [...a, ...b, op]),
      fc
        .tuple(tie('real'), fc.constantFrom(0x99, 0x9a, 0x9b, 0x9c, 0x9f))
        .map(([a, op]) => [...a, op]),
      tie('real').map((a) => [...a, 0xb6, 0xbb]),
      tie('whole').map((a) => [...a, 0xb7]),
    ),
  }))

  const { block } = fc.letrec<{ statement: Code; block: Code }>((tie) => ({
    statement: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      whole.map((a) => [...a, 0x21, LOCAL]),
      real.map((a) => [...a, 0x21, FLOAT]),
      fc.tuple(real, real).map(([a, b]) => [...a, 0x22, FLOAT2, ...b, 0xa0, 0x21, FLOAT]),
      fc.tuple(whole, whole).map(([a, b]) => [...a, ...i32(0xfff), 0x71, ...b, 0x36, 2, 0]),
      whole.map((a) => [...a, 0x1a]),
      fc.tuple(whole, tie('block')).map(([a, b]) => [...a, 0x04, 0x40, ...b, 0x0b]),
      fc
        .tuple(whole, tie('block'), tie('block'))
        .map(([a, b, c]) => [...a, 0x04, 0x40, ...b, 0x05, ...c, 0x0b]),
      // A loop of at most five rounds; the inner ones shorten the outer.
      tie('block').map((a) => [
        ...[...i32(5), 0x21, COUNTER, 0x03, 0x40],
        ...a,
        ...[0x20, COUNTER, ...i32(1), 0x6b, 0x22, COUNTER, ...i32(0), 0x4a, 0x0d, 0, 0x0b],
      ]),
      // A jump table out of three nested blocks.
      fc
        .tuple(whole, tie('block'), tie('block'))
        .map(([a, b, c]) => [
          ...[0x02, 0x40, 0x02, 0x40, 0x02, 0x40, ...a, 0x0e, 2, 0, 1, 2, 0x0b],
          ...[...b, 0x0c, 1, 0x0b, ...c, 0x0b],
        ]),
      fc.tuple(whole, tie('block')).map(([a, b]) => [0x02, 0x40, ...a, 0x0d, 0, ...b, 0x0b]),
      fc.tuple(whole, whole).map(([a, b]) => [...a, 0x04, 0x40, ...b, 0x0f, 0x0b]),
      fc
        .tuple(whole, whole)
        .map(([a, b]) => [...i32(8), ...a, ...b, ...i32(0x1ff), 0x71, 0xfc, 11, 0]),
      fc.constantFrom([0x00], [0x01], [...i32(1), 0x40, 0, 0x1a]),
    ),
    block: fc.array(tie('statement'), { maxLength: 4 }).map((statements) => statements.flat()),
  }))
  return { whole, block }
}

/** Valid modules that stay within the profile. */
export const arbitraryProgram: fc.Arbitrary<Uint8Array> = fc
  .tuple(language(1).block, language(1).whole, language(2).whole)
  .map(([body, result, helper]) => {
    const shape = { params: [I32], results: [I32], locals: [I32, I32, F64, F64] }
    return buildModule({
      functions: [
        { ...shape, code: [...body, ...result], export: 'run' },
        { ...shape, code: helper },
        { ...shape, code: [0x20, 0, ...i32(3), 0x6c] },
      ],
      memory: { min: 1, max: 3 },
    })
  })
