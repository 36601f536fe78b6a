// Arbitrary programs and ads, valid ones and ones that have been broken.
import { bytesToHex, type Hex, hexToBytes } from '@millrace/base'
import fc from 'fast-check'
import {
  booleanCell,
  type Cell,
  ERROR_CELL,
  integerCell,
  stringCell,
  UNDEFINED_CELL,
} from '../../../packages/protocol/src/classAd/bytecode/cell.ts'
import {
  BINARY,
  CHOOSE,
  PUSH,
  UNARY,
} from '../../../packages/protocol/src/classAd/bytecode/codes.ts'
import {
  encodeProgram,
  type Instruction,
  pushOf,
} from '../../../packages/protocol/src/classAd/bytecode/program.ts'
import { encodeTable, nameWord } from '../../../packages/protocol/src/classAd/bytecode/table.ts'

const NAMES = ['a', 'b', 'c', 'memory', 'a_name_of_thirty_one_bytes_here']
const LARGEST = 2n ** 255n - 1n
const EDGES = [
  0n,
  1n,
  -1n,
  2n,
  7n,
  -10n,
  255n,
  LARGEST,
  LARGEST - 1n,
  -LARGEST,
  -LARGEST - 1n,
  2n ** 128n,
]
const TEXTS = [
  '',
  'a',
  'A',
  'linux',
  'LINUX',
  'Zebra',
  '[',
  '`',
  '@',
  'z{',
  'é',
  'É',
  'x'.repeat(32),
]

const someCell: fc.Arbitrary<Cell> = fc.oneof(
  fc.constant(UNDEFINED_CELL),
  fc.constant(ERROR_CELL),
  fc.boolean().map(booleanCell),
  { weight: 3, arbitrary: fc.constantFrom(...EDGES).map(integerCell) },
  { weight: 2, arbitrary: fc.integer({ min: -4, max: 4 }).map((n) => integerCell(BigInt(n))) },
  fc.bigInt({ min: -LARGEST - 1n, max: LARGEST }).map(integerCell),
  { weight: 2, arbitrary: fc.constantFrom(...TEXTS).map((text) => stringCell(text) as Cell) },
  fc
    .string({ unit: 'binary-ascii', minLength: 1, maxLength: 32 })
    .map((text) => stringCell(text.replaceAll('\0', 'x')) as Cell),
)

const someName = fc.constantFrom(...NAMES).map((name) => nameWord(name) as bigint)

const somePush: fc.Arbitrary<Instruction> = fc.oneof(
  { weight: 2, arbitrary: someCell.map(pushOf) },
  fc.record({ code: fc.constantFrom(PUSH.my, PUSH.target), operand: someName }),
)

/** Trees of at most 63 nodes and a depth of 6, so that neither limit is reached. */
const someInstructions: fc.Arbitrary<Instruction[]> = fc
  .letrec<{ tree: Instruction[] }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5, depthSize: 'small', withCrossShrink: true },
      somePush.map((push) => [push]),
      node(fc.constantFrom(...Object.values(UNARY)), [tie('tree')]),
      node(fc.constantFrom(...Object.values(BINARY)), [tie('tree'), tie('tree')]),
      node(fc.constant(CHOOSE), [tie('tree'), tie('tree'), tie('tree')]),
    ),
  }))
  .tree.filter((instructions) => instructions.length < 64)

function node(code: fc.Arbitrary<number>, parts: fc.Arbitrary<Instruction[]>[]) {
  return fc
    .tuple(code, fc.tuple(...parts))
    .map(([operator, operands]) => [...operands.flat(), { code: operator }])
}

export const someProgram: fc.Arbitrary<Hex> = someInstructions.map((instructions) =>
  bytesToHex(encodeProgram(instructions)),
)

/** Also of no bytes, and without a program. */
export const someAd: fc.Arbitrary<Hex> = fc
  .record({
    entries: fc.uniqueArray(fc.record({ name: someName, cell: someCell }), {
      selector: ({ name }) => name,
    }),
    program: fc.oneof(someInstructions, fc.constant([])),
    isEmpty: fc.constantFrom(false, false, false, false, true),
  })
  .map(({ entries, program, isEmpty }) =>
    isEmpty
      ? '0x'
      : bytesToHex(Uint8Array.from([...encodeTable(entries), ...encodeProgram(program)])),
  )

/** The same with a byte changed, cut short, put in twice, or nothing of it. */
export function someBytes(valid: fc.Arbitrary<Hex>): fc.Arbitrary<Hex> {
  const place = fc.nat(200)
  return fc.oneof(
    valid,
    fc.uint8Array({ maxLength: 100 }).map(bytesToHex),
    fc
      .tuple(valid, place, fc.nat(255))
      .map(([hex, at, byte]) => changed(hex, (bytes) => bytes.with(at % bytes.length || 0, byte))),
    fc
      .tuple(valid, place)
      .map(([hex, at]) => changed(hex, (bytes) => bytes.slice(0, at % bytes.length))),
    fc.tuple(valid, place, place).map(([hex, from, size]) =>
      changed(hex, (bytes) => {
        const first = from % bytes.length
        const part = bytes.slice(first, first + size)
        return Uint8Array.from([...bytes.slice(0, first), ...part, ...bytes.slice(first)])
      }),
    ),
    // More values than may wait, and more steps than there may be.
    fc
      .tuple(valid, fc.integer({ min: 1, max: 70 }))
      .map(([hex, times]): Hex => `${hex}${'03'.repeat(times)}`),
    fc
      .tuple(valid, fc.integer({ min: 1, max: 70 }))
      .map(([hex, times]): Hex => `${hex}${'10'.repeat(times)}`),
    fc.constant<Hex>(`0x01${'21'}${'00'.repeat(33 * 64)}`),
  )
}

function changed(hex: Hex, change: (bytes: Uint8Array) => Uint8Array): Hex {
  const bytes = hexToBytes(hex)
  return bytes.length === 0 ? hex : bytesToHex(change(bytes))
}
