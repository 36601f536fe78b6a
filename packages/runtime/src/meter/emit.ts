import type { Charge, FunctionPlan } from './analyse.ts'
import { ByteWriter } from './bytes.ts'
import type { NanShape } from './operators.ts'
import { malformed } from './refusal.ts'

/** Indices of the globals that the instrumenter adds. */
export type MeterGlobals = { fuel: number; depth: number; denied: number }

export type LocalGroup = { count: number; type: number }

const I32 = 0x7f
const F32 = 0x7d
const F64 = 0x7c
const V128 = 0x7b
const IF = [0x04, 0x40]
const UNREACHABLE_END = [0x00, 0x0b]
const SELECT = 0x1b

/** Stack slots of 8 bytes that any frame takes beside its locals and operands. */
const FRAME_SLOTS = 12
/** Functions that call nothing and stay below this take their stack from a reserve. */
const LEAF_SLOTS = 256
/** Powers of two: a byte copied or cleared costs 1 unit, a page of 64 KiB as much as its bytes. */
const EXTENT_FUEL_BITS = { bytes: 0n, elements: 4n, pages: 16n } as const

/**
 * Second pass: writes a function body with the insertions of its plan.
 *
 * The body becomes the inside of one block of the function's own result type, so that every branch
 * out of the function falls to the end, where the depth is given back.
 *
 * @param parameters.resultType - Encoded block type of the function's results.
 */
export function emitFunction({
  source,
  locals,
  paramCount,
  plan,
  globals,
  resultType,
}: {
  source: Uint8Array
  locals: readonly LocalGroup[]
  paramCount: number
  plan: FunctionPlan
  globals: MeterGlobals
  resultType: (writer: ByteWriter) => void
}): Uint8Array {
  const out = new ByteWriter((plan.to - plan.from) * 2 + 64)
  const emitter = new Emitter(out, globals, allocateLocals(locals, paramCount, plan))
  const slots = frameSlots(locals, paramCount, plan)
  const metersDepth = plan.calls || slots > LEAF_SLOTS
  emitter.locals(locals)
  if (metersDepth) {
    emitter.enterFrame(slots)
    out.u8(0x02)
    resultType(out)
  }
  let copied = plan.from
  for (const { at, write } of insertions(plan, emitter, metersDepth ? slots : 0)) {
    out.put(source.subarray(copied, at))
    copied = at
    write()
  }
  out.put(source.subarray(copied, plan.to))
  if (metersDepth) {
    emitter.leaveFrame(slots)
    out.u8(0x0b)
  }
  return out.view()
}

type Insertion = { at: number; rank: number; write: () => void }

/** In order of place; at one place: after the last instruction, new block, before the next. */
function insertions(plan: FunctionPlan, emitter: Emitter, slots: number): Insertion[] {
  const list: Insertion[] = []
  const insert = (at: number, rank: number, write: () => void) => list.push({ at, rank, write })
  for (const [at, shape] of plan.nans) insert(at, 0, () => emitter.canonicalise(shape))
  for (const charge of plan.charges) insert(charge.at, 1, () => emitter.charge(charge))
  for (const { at, end, kind } of plan.extents) {
    if (kind === 'pages') {
      insert(at, 2, () => emitter.beforeGrow())
      insert(end, 0, () => emitter.afterGrow())
    } else insert(at, 2, () => emitter.chargeExtent(kind))
  }
  if (slots > 0) for (const at of plan.returns) insert(at, 2, () => emitter.leaveFrame(slots))
  return list.sort((a, b) => a.at - b.at || a.rank - b.rank)
}

/**
 * An upper bound of the machine stack that one call takes, in slots of 8 bytes: baseline code keeps
 * every local and operand in its own slot; v128 takes two.
 */
function frameSlots(locals: readonly LocalGroup[], paramCount: number, plan: FunctionPlan): number {
  const own = locals.reduce((sum, { count, type }) => sum + count * (type === V128 ? 2 : 1), 0)
  return 2 * paramCount + own + plan.height * (plan.usesSimd ? 2 : 1) + FRAME_SLOTS
}

type ScratchLocals = {
  first: number
  types: number[]
  nan: ReadonlyMap<NanShape, number>
  extent: number
  grown: number
}

/** V8 allows 50 000 locals. */
const MAX_LOCALS = 49_900

function allocateLocals(
  locals: readonly LocalGroup[],
  paramCount: number,
  plan: FunctionPlan,
): ScratchLocals {
  const first = locals.reduce((sum, { count }) => sum + count, paramCount)
  if (first > MAX_LOCALS) throw malformed(`a function has ${first} locals, more than ${MAX_LOCALS}`)
  const types: number[] = []
  const add = (type: number): number => first + types.push(type) - 1
  const shapes = new Set(plan.nans.values())
  const nan = new Map<NanShape, number>()
  if (shapes.has('f32')) nan.set('f32', add(F32))
  if (shapes.has('f64')) nan.set('f64', add(F64))
  if (shapes.has('f32x4') || shapes.has('f64x2')) {
    const vector = add(V128)
    nan.set('f32x4', vector).set('f64x2', vector)
  }
  const extent = plan.extents.length > 0 ? add(I32) : -1
  const grown = plan.extents.some(({ kind }) => kind === 'pages') ? add(I32) : -1
  return { first, types, nan, extent, grown }
}

const NAN: Record<NanShape, { constant: number[]; equal: number[]; choose: number[] }> = {
  f32: { constant: [0x43, 0, 0, 0xc0, 0x7f], equal: [0x5b], choose: [SELECT] },
  f64: { constant: [0x44, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f], equal: [0x61], choose: [SELECT] },
  f32x4: {
    constant: [0xfd, 12, ...repeat([0, 0, 0xc0, 0x7f], 4)],
    equal: [0xfd, 65],
    choose: [0xfd, 82],
  },
  f64x2: {
    constant: [0xfd, 12, ...repeat([0, 0, 0, 0, 0, 0, 0xf8, 0x7f], 2)],
    equal: [0xfd, 71],
    choose: [0xfd, 82],
  },
}

function repeat(bytes: readonly number[], times: number): number[] {
  return Array.from({ length: times }, () => bytes).flat()
}

class Emitter {
  readonly #out: ByteWriter
  readonly #globals: MeterGlobals
  readonly #scratch: ScratchLocals

  constructor(out: ByteWriter, globals: MeterGlobals, scratch: ScratchLocals) {
    this.#out = out
    this.#globals = globals
    this.#scratch = scratch
  }

  locals(groups: readonly LocalGroup[]): void {
    this.#out.u32(groups.length + this.#scratch.types.length)
    for (const { count, type } of groups) this.#out.u32(count).u8(type)
    for (const type of this.#scratch.types) this.#out.u32(1).u8(type)
  }

  charge({ fuel, check }: Charge): void {
    if (fuel > 0) {
      this.#getGlobal(this.#globals.fuel)
      this.#out.u8(0x42).signed(BigInt(fuel)).u8(0x7d)
      this.#setGlobal(this.#globals.fuel)
    }
    if (check) this.#stopWithoutFuel()
  }

  /** Charges by the operand on top: `fuel -= operand << bits`. */
  chargeExtent(kind: 'bytes' | 'elements'): void {
    const { extent } = this.#scratch
    this.#out.u8(0x22).u32(extent)
    this.#getGlobal(this.#globals.fuel)
    this.#out.u8(0x20).u32(extent).u8(0xad)
    this.#out.u8(0x42).signed(EXTENT_FUEL_BITS[kind]).put([0x86, 0x7d])
    this.#setGlobal(this.#globals.fuel)
    this.#stopWithoutFuel()
  }

  beforeGrow(): void {
    this.#out.u8(0x22).u32(this.#scratch.extent)
  }

  /** Charges the pages that were given, or notes that they were not. */
  afterGrow(): void {
    const { extent, grown } = this.#scratch
    const out = this.#out
    out.u8(0x22).u32(grown)
    this.#getGlobal(this.#globals.fuel)
    out.u8(0x20).u32(extent).u8(0xad).u8(0x42).signed(EXTENT_FUEL_BITS.pages).u8(0x86)
    out.put([0x42, 0]).u8(0x20).u32(grown).put([0x41, 0x7f, 0x47, SELECT, 0x7d])
    this.#setGlobal(this.#globals.fuel)
    this.#getGlobal(this.#globals.denied)
    out.u8(0x20).u32(grown).put([0x41, 0x7f, 0x46, 0x72])
    this.#setGlobal(this.#globals.denied)
    this.#stopWithoutFuel()
  }

  /** `x = (x == x) ? x : canonical NaN`, lane by lane for vectors. */
  canonicalise(shape: NanShape): void {
    const local = this.#scratch.nan.get(shape) as number
    const { constant, equal, choose } = NAN[shape]
    this.#out.u8(0x22).u32(local).put(constant)
    this.#out.u8(0x20).u32(local).u8(0x20).u32(local).put(equal).put(choose)
  }

  enterFrame(slots: number): void {
    this.#addToDepth(slots, 0x6b)
    this.#getGlobal(this.#globals.depth)
    this.#out.put([0x41, 0, 0x48, ...IF, ...UNREACHABLE_END])
  }

  leaveFrame(slots: number): void {
    this.#addToDepth(slots, 0x6a)
  }

  #addToDepth(slots: number, operation: number): void {
    this.#getGlobal(this.#globals.depth)
    this.#out.u8(0x41).signed(BigInt(slots)).u8(operation)
    this.#setGlobal(this.#globals.depth)
  }

  #stopWithoutFuel(): void {
    this.#getGlobal(this.#globals.fuel)
    this.#out.put([0x42, 0, 0x53, ...IF, ...UNREACHABLE_END])
  }

  #getGlobal(index: number): void {
    this.#out.u8(0x23).u32(index)
  }

  #setGlobal(index: number): void {
    this.#out.u8(0x24).u32(index)
  }
}
