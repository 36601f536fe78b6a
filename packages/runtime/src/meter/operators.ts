/** What follows an opcode in the binary. */
export type Immediate =
  | 'none'
  | 'byte'
  | 'index'
  | 'indexPair'
  | 'leb'
  | 'bytes4'
  | 'bytes8'
  | 'bytes16'
  | 'access'
  | 'laneAccess'
  | 'types'
  | 'block'
  | 'labels'
  | 'zeroByte'
  | 'zeroBytePair'
  | 'indexZeroByte'
  | 'heapType'

/** Width of a float result whose NaN bits differ between processors until canonicalised. */
export type NanShape = 'f32' | 'f64' | 'f32x4' | 'f64x2'

/** Operand on top of the stack that says how much work a single instruction does. */
export type Extent = 'bytes' | 'elements' | 'pages'

export type Operator = {
  immediate: Immediate
  pops: number
  pushes: number
  /** Units of fuel. Calibrated against measured time only roughly; see bench. */
  fuel: number
  nan?: NanShape
  /** Consumes floats without letting a NaN's bits show: arithmetic, comparison, conversion to integers. */
  blind?: true
  extent?: Extent
}

/** Opcodes that the instrumenter treats by name. Prefixed ones are `prefix << 8 | number`. */
export const OP = {
  unreachable: 0x00,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  return: 0x0f,
  call: 0x10,
  callIndirect: 0x11,
  drop: 0x1a,
  globalGet: 0x23,
  globalSet: 0x24,
  memoryGrow: 0x40,
} as const

const table = new Map<number, Operator>()

/** The deterministic profile: every opcode that a program may use. All others are refused. */
export function operatorOf(opcode: number): Operator | undefined {
  return table.get(opcode)
}

const CALL = 5
const DIVIDE = 8

function row(opcode: number, operator: Partial<Operator>): void {
  table.set(opcode, { immediate: 'none', pops: 0, pushes: 0, fuel: 1, ...operator })
}

function rows(ranges: readonly (readonly [number, number])[], operator: Partial<Operator>): void {
  for (const [from, to] of ranges) for (let op = from; op <= to; op++) row(op, operator)
}

function mark(opcodes: readonly number[], fields: Partial<Operator>): void {
  for (const opcode of opcodes) {
    const operator = table.get(opcode)
    if (operator) Object.assign(operator, fields)
  }
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i)

// Structure costs nothing: it becomes no machine code.
row(OP.unreachable, {})
row(0x01, { fuel: 0 })
row(OP.block, { immediate: 'block', fuel: 0 })
row(OP.loop, { immediate: 'block', fuel: 0 })
row(OP.if, { immediate: 'block' })
row(OP.else, { fuel: 0 })
row(OP.end, { fuel: 0 })
row(OP.br, { immediate: 'index' })
row(OP.brIf, { immediate: 'index' })
row(OP.brTable, { immediate: 'labels', fuel: 3 })
row(OP.return, {})
row(OP.call, { immediate: 'index', fuel: CALL })
row(OP.callIndirect, { immediate: 'indexPair', fuel: 2 * CALL })
row(OP.drop, { fuel: 0 })
row(0x1b, { pops: 3, pushes: 1 })
row(0x1c, { immediate: 'types', pops: 3, pushes: 1 })

// Variables and tables.
row(0x20, { immediate: 'index', pushes: 1 })
row(0x21, { immediate: 'index', pops: 1 })
row(0x22, { immediate: 'index', pops: 1, pushes: 1 })
row(OP.globalGet, { immediate: 'index', pushes: 1 })
row(OP.globalSet, { immediate: 'index', pops: 1 })
row(0x25, { immediate: 'index', pops: 1, pushes: 1 })
row(0x26, { immediate: 'index', pops: 2 })

// Memory.
rows([[0x28, 0x35]], { immediate: 'access', pops: 1, pushes: 1 })
rows([[0x36, 0x3e]], { immediate: 'access', pops: 2 })
row(0x3f, { immediate: 'zeroByte', pushes: 1 })
row(OP.memoryGrow, { immediate: 'zeroByte', pops: 1, pushes: 1, extent: 'pages' })

// Constants and references.
rows([[0x41, 0x42]], { immediate: 'leb', pushes: 1 })
row(0x43, { immediate: 'bytes4', pushes: 1 })
row(0x44, { immediate: 'bytes8', pushes: 1 })
row(0xd0, { immediate: 'heapType', pushes: 1 })
row(0xd1, { pops: 1, pushes: 1 })
row(0xd2, { immediate: 'index', pushes: 1 })

// Numbers: unary, then binary.
rows(
  [
    [0x45, 0x45],
    [0x50, 0x50],
    [0x67, 0x69],
    [0x79, 0x7b],
    [0x8b, 0x91],
    [0x99, 0x9f],
    [0xa7, 0xc4],
  ],
  { pops: 1, pushes: 1 },
)
rows(
  [
    [0x46, 0x4f],
    [0x51, 0x66],
    [0x6a, 0x78],
    [0x7c, 0x8a],
    [0x92, 0x98],
    [0xa0, 0xa6],
  ],
  { pops: 2, pushes: 1 },
)
mark([...range(0x6d, 0x70), ...range(0x7f, 0x82), 0x91, 0x95, 0x9f, 0xa3], { fuel: DIVIDE })

// ceil, floor, trunc, nearest, sqrt, add, sub, mul, div, min, max, demote: results may be any NaN.
mark([...range(0x8d, 0x97), 0xb6], { nan: 'f32', blind: true })
mark([...range(0x9b, 0xa5), 0xbb], { nan: 'f64', blind: true })
// Comparisons and conversions to integers look at a NaN only as a NaN.
mark([...range(0x5b, 0x66), ...range(0xa8, 0xab), ...range(0xae, 0xb1)], { blind: true })

const FC = 0xfc00
rows([[FC, FC + 7]], { pops: 1, pushes: 1, blind: true })
row(FC + 8, { immediate: 'indexZeroByte', pops: 3, extent: 'bytes' })
row(FC + 9, { immediate: 'index' })
row(FC + 10, { immediate: 'zeroBytePair', pops: 3, extent: 'bytes' })
row(FC + 11, { immediate: 'zeroByte', pops: 3, extent: 'bytes' })
row(FC + 12, { immediate: 'indexPair', pops: 3, extent: 'elements' })
row(FC + 13, { immediate: 'index' })
row(FC + 14, { immediate: 'indexPair', pops: 3, extent: 'elements' })
row(FC + 15, { immediate: 'index', pops: 2, pushes: 1, extent: 'elements' })
row(FC + 16, { immediate: 'index', pushes: 1 })
row(FC + 17, { immediate: 'index', pops: 3, extent: 'elements' })

// SIMD 128, without the relaxed instructions (256 and up), whose results differ between processors.
const FD = 0xfd00
const simd = (ranges: readonly (readonly [number, number])[], operator: Partial<Operator>): void =>
  rows(
    ranges.map(([from, to]) => [FD + from, FD + to] as const),
    operator,
  )
simd([[0, 10]], { immediate: 'access', pops: 1, pushes: 1 })
simd([[11, 11]], { immediate: 'access', pops: 2 })
simd([[12, 12]], { immediate: 'bytes16', pushes: 1 })
simd([[13, 13]], { immediate: 'bytes16', pops: 2, pushes: 1 })
simd([[21, 34]], { immediate: 'byte', pops: 1, pushes: 1 })
simd(
  [23, 26, 28, 30, 32, 34].map((lane) => [lane, lane] as const),
  { immediate: 'byte', pops: 2, pushes: 1 },
)
simd([[84, 87]], { immediate: 'laneAccess', pops: 2, pushes: 1 })
simd([[88, 91]], { immediate: 'laneAccess', pops: 2 })
simd([[92, 93]], { immediate: 'access', pops: 1, pushes: 1 })
simd([[82, 82]], { pops: 3, pushes: 1 })
simd(
  [
    [15, 20],
    [77, 77],
    [83, 83],
    [94, 100],
    [103, 106],
    [116, 117],
    [122, 122],
    [124, 129],
    [131, 132],
    [135, 138],
    [148, 148],
    [160, 161],
    [163, 164],
    [167, 170],
    [192, 193],
    [195, 196],
    [199, 202],
    [224, 225],
    [227, 227],
    [236, 237],
    [239, 239],
    [248, 255],
  ],
  { pops: 1, pushes: 1 },
)
simd(
  [
    [14, 14],
    [35, 76],
    [78, 81],
    [101, 102],
    [107, 115],
    [118, 121],
    [123, 123],
    [130, 130],
    [133, 134],
    [139, 147],
    [149, 153],
    [155, 159],
    [171, 174],
    [177, 177],
    [181, 186],
    [188, 191],
    [203, 206],
    [209, 209],
    [213, 223],
    [228, 235],
    [240, 247],
  ],
  { pops: 2, pushes: 1 },
)
const inSimd = (...opcodes: number[]): number[] => opcodes.map((opcode) => FD + opcode)
// pmin and pmax (234, 235, 246, 247) pick an operand and are deterministic as they are.
mark(inSimd(94, 103, 104, 105, 106, ...range(227, 233)), { nan: 'f32x4', blind: true })
mark(inSimd(95, 116, 117, 122, 148, ...range(239, 245)), { nan: 'f64x2', blind: true })
mark(inSimd(...range(65, 76), 248, 249, 252, 253), { blind: true })
mark(inSimd(227, 231, 239, 243), { fuel: DIVIDE })
