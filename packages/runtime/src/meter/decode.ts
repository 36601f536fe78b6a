import type { ByteReader } from './bytes.ts'
import { type Operator, operatorOf } from './operators.ts'
import { Refusal } from './refusal.ts'

/** Number types, v128, funcref and externref: the only value types of the profile. */
export function readValueType(reader: ByteReader): number {
  const type = reader.u8()
  if ((type >= 0x7b && type <= 0x7f) || type === 0x70 || type === 0x6f) return type
  throw new Refusal(
    `the module uses value type 0x${type.toString(16)}`,
    'Compile without garbage-collected or typed references (-mno-gc) and without exceptions.',
  )
}

/** One instruction. `index` is its first immediate where that is an index, else 0. */
export type Instruction = {
  opcode: number
  operator: Operator
  /** Where it starts. */
  at: number
  index: number
  /** Second index of `call_indirect` and the like. */
  second: number
  /** Targets of `br_table`, the default last. */
  labels: readonly number[]
  /** Of `block`, `loop`, `if`: a type index, or -1 for no result, -2 for one result. */
  blockType: number
}

export const NO_RESULT = -1
export const ONE_RESULT = -2

/** @throws {Refusal} for an opcode outside the profile. */
export function readInstruction(reader: ByteReader): Instruction {
  const at = reader.at
  const first = reader.u8()
  const opcode = first === 0xfc || first === 0xfd ? first * 256 + suffix(reader, first) : first
  const operator = operatorOf(opcode)
  if (!operator) throw refusedOpcode(opcode)
  const instruction: Instruction = {
    opcode,
    operator,
    at,
    index: 0,
    second: 0,
    labels: [],
    blockType: NO_RESULT,
  }
  readImmediate(reader, instruction)
  return instruction
}

function suffix(reader: ByteReader, first: number): number {
  const number = reader.u32()
  if (number <= 0xff) return number
  throw refusedOpcode(first === 0xfd ? RELAXED + number : first * 256)
}

function readImmediate(reader: ByteReader, instruction: Instruction): void {
  switch (instruction.operator.immediate) {
    case 'none':
      return
    case 'byte':
      reader.u8()
      return
    case 'index':
      instruction.index = reader.u32()
      return
    case 'indexPair':
      instruction.index = reader.u32()
      instruction.second = reader.u32()
      return
    case 'leb':
      reader.skipLeb()
      break
    case 'bytes4':
      reader.skip(4)
      break
    case 'bytes8':
      reader.skip(8)
      break
    case 'bytes16':
      reader.skip(16)
      break
    default:
      readLongImmediate(reader, instruction)
  }
}

function readLongImmediate(reader: ByteReader, instruction: Instruction): void {
  switch (instruction.operator.immediate) {
    case 'access':
      readAccess(reader)
      break
    case 'laneAccess':
      readAccess(reader)
      reader.u8()
      return
    case 'types':
      for (let count = reader.u32(); count > 0; count--) readValueType(reader)
      return
    case 'block':
      instruction.blockType = readBlockType(reader)
      return
    case 'labels':
      instruction.labels = readLabels(reader)
      return
    case 'heapType':
      readValueType(reader)
      return
    case 'indexZeroByte':
      instruction.index = reader.u32()
      readMemoryIndex(reader)
      break
    case 'zeroBytePair':
      readMemoryIndex(reader)
      readMemoryIndex(reader)
      break
    default:
      readMemoryIndex(reader)
      break
  }
}

function readAccess(reader: ByteReader): void {
  // Bit 6 of the alignment announces a memory index.
  if (reader.u32() >= 64) throw severalMemories()
  reader.skipLeb()
}

function readMemoryIndex(reader: ByteReader): void {
  if (reader.u8() !== 0) throw severalMemories()
}

function readBlockType(reader: ByteReader): number {
  const first = reader.peek()
  if (first === 0x40) {
    reader.u8()
    return NO_RESULT
  }
  if ((first & 0xc0) !== 0x40) return reader.s33()
  readValueType(reader)
  return ONE_RESULT
}

function readLabels(reader: ByteReader): number[] {
  const labels: number[] = []
  for (let count = reader.u32() + 1; count > 0; count--) labels.push(reader.u32())
  return labels
}

export function severalMemories(): Refusal {
  return new Refusal('the module uses several memories', 'Compile without -mmultimemory.')
}

function refusedOpcode(opcode: number): Refusal {
  const [feature, remedy] = FEATURES.find(([from, to]) => opcode >= from && opcode <= to)?.[2] ?? [
    `opcode 0x${opcode.toString(16)}`,
    'Compile for WebAssembly 2.0 without experimental features.',
  ]
  return new Refusal(`the module uses ${feature}`, remedy)
}

/** Opcodes 256 and up below prefix 0xfd, moved out of the way of all others. */
const RELAXED = 0x1_0000
const EXCEPTIONS = [
  'exceptions',
  'Compile with -fno-exceptions (C++) or panic=abort (Rust).',
] as const
const FEATURES: readonly (readonly [number, number, readonly [string, string]])[] = [
  [0x06, 0x0a, EXCEPTIONS],
  [0x18, 0x1f, EXCEPTIONS],
  [0x12, 0x13, ['tail calls', 'Compile with -mno-tail-call.']],
  [0x14, 0x15, ['typed function references', 'Compile with -mno-gc.']],
  [0xd3, 0xd6, ['typed function references', 'Compile with -mno-gc.']],
  [0xfb, 0xfb, ['garbage-collected references', 'Compile with -mno-gc.']],
  [0xfe, 0xfe, ['threads and atomics', 'Compile without -pthread and with -mno-atomics.']],
  [
    RELAXED,
    Number.MAX_SAFE_INTEGER,
    ['relaxed SIMD', 'Compile with -mno-relaxed-simd: its results differ between processors.'],
  ],
]
