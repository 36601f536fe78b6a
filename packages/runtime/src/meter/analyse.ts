import type { ByteReader } from './bytes.ts'
import { type Instruction, NO_RESULT, ONE_RESULT, readInstruction } from './decode.ts'
import { type NanShape, OP } from './operators.ts'
import { malformed } from './refusal.ts'
import type { FunctionType, ModuleShape } from './sections.ts'

/** A place where a basic block starts, and the fuel of that block. */
export type Charge = {
  at: number
  fuel: number
  /** At loop heads and function entries the program stops when the fuel has run out. */
  check: boolean
}

/** What the second pass must insert into one function body. */
export type FunctionPlan = {
  /** Where the code starts and ends, after the locals and after the last `end`. */
  from: number
  to: number
  charges: readonly Charge[]
  /** Positions after a float instruction whose NaN bits can be seen later. */
  nans: ReadonlyMap<number, NanShape>
  /** Starts and ends of instructions whose work depends on an operand. */
  extents: readonly { at: number; end: number; kind: 'bytes' | 'elements' | 'pages' }[]
  /** Starts of `return` instructions. */
  returns: readonly number[]
  /** Most operands on the stack at once. */
  height: number
  calls: boolean
  usesSimd: boolean
}

type Frame = {
  opcode: number
  /** Height of the operand stack at entry. */
  base: number
  params: number
  results: number
  /** A branch goes to its end, so the code after it is a block of its own. */
  merges: boolean
  /** The rest of the frame cannot be reached. */
  dead: boolean
}

/**
 * First pass over one function of a valid module: splits it into basic blocks with their cost, and
 * follows each float result on the operand stack to see whether anything can look at its bits.
 * A result that only flows into arithmetic needs no canonical NaN, since that makes its own.
 */
export function analyseFunction(
  reader: ByteReader,
  type: FunctionType,
  shape: ModuleShape,
): FunctionPlan {
  return new FunctionAnalysis(reader, type, shape).run()
}

/** An operand whose bits need no care: not made by a float instruction of this function. */
const PLAIN = 0

class FunctionAnalysis {
  readonly #reader: ByteReader
  readonly #shape: ModuleShape
  readonly #from: number
  readonly #charges: Charge[]
  #block: Charge
  readonly #nans = new Map<number, NanShape>()
  readonly #extents: { at: number; end: number; kind: 'bytes' | 'elements' | 'pages' }[] = []
  readonly #returns: number[] = []
  readonly #frames: Frame[]
  /** Per operand the end of the float instruction that made it, or PLAIN. */
  readonly #stack: number[] = []
  readonly #shapeOf = new Map<number, NanShape>()
  #height = 0
  #calls = false
  #usesSimd = false

  constructor(reader: ByteReader, type: FunctionType, shape: ModuleShape) {
    this.#reader = reader
    this.#shape = shape
    this.#from = reader.at
    this.#block = { at: reader.at, fuel: 1, check: true }
    this.#charges = [this.#block]
    const results = type.results.length
    this.#frames = [{ opcode: OP.block, base: 0, params: 0, results, merges: false, dead: false }]
  }

  run(): FunctionPlan {
    while (this.#frames.length > 0) this.#step(readInstruction(this.#reader))
    if (!this.#reader.done) throw malformed('a function goes on after its end')
    return {
      from: this.#from,
      to: this.#reader.at,
      charges: this.#charges,
      nans: this.#nans,
      extents: this.#extents,
      returns: this.#returns,
      height: this.#height,
      calls: this.#calls,
      usesSimd: this.#usesSimd,
    }
  }

  #step(instruction: Instruction): void {
    if (!this.#top().dead) this.#block.fuel += instruction.operator.fuel
    if (instruction.opcode >= 0xfd00) this.#usesSimd = true
    switch (instruction.opcode) {
      case OP.block:
      case OP.loop:
      case OP.if:
        this.#enter(instruction)
        break
      case OP.else:
        this.#else()
        break
      case OP.end:
        this.#end()
        break
      case OP.br:
      case OP.brIf:
      case OP.brTable:
        this.#branch(instruction)
        break
      case OP.return:
        this.#returns.push(instruction.at)
        this.#die()
        break
      case OP.unreachable:
        this.#die()
        break
      case OP.call:
        this.#call(this.#functionType(instruction.index), 0)
        break
      case OP.callIndirect:
        this.#call(this.#type(instruction.index), 1)
        break
      default:
        this.#compute(instruction)
        break
    }
  }

  #enter(instruction: Instruction): void {
    const { opcode } = instruction
    const { params, results } = this.#blockType(instruction.blockType)
    if (opcode === OP.if) this.#pop(1)
    this.#pop(params)
    const base = this.#stack.length
    this.#frames.push({ opcode, base, params, results, merges: opcode === OP.if, dead: false })
    this.#push(params)
    if (opcode !== OP.block) this.#startBlock(opcode === OP.loop)
  }

  #else(): void {
    const frame = this.#top()
    this.#observeDownTo(frame.base)
    frame.dead = false
    this.#push(frame.params)
    this.#startBlock(false)
  }

  #end(): void {
    const frame = this.#top()
    this.#observeDownTo(frame.base)
    this.#frames.pop()
    if (this.#frames.length === 0) return
    this.#push(frame.results)
    if (frame.merges) this.#startBlock(false)
  }

  #branch({ opcode, index, labels }: Instruction): void {
    for (const label of opcode === OP.brTable ? labels : [index]) {
      const target = this.#frames[this.#frames.length - 1 - label]
      if (!target) throw malformed('a branch leaves its function')
      if (target.opcode !== OP.loop) target.merges = true
    }
    if (opcode !== OP.br) this.#pop(1)
    if (opcode !== OP.brIf) {
      this.#die()
      return
    }
    // The operands stay for the code that follows and may also be seen at the target.
    const target = this.#frames[this.#frames.length - 1 - index] as Frame
    const carried = target.opcode === OP.loop ? target.params : target.results
    this.#pop(carried)
    this.#push(carried)
    this.#startBlock(false)
  }

  #call({ params, results }: FunctionType, extra: number): void {
    this.#calls = true
    this.#pop(params.length + extra)
    this.#push(results.length)
  }

  #compute({ at, opcode, operator, index }: Instruction): void {
    const end = this.#reader.at
    // The globals behind the module's own are the meter's.
    if ((opcode === OP.globalGet || opcode === OP.globalSet) && index >= this.#shape.globals)
      throw malformed('a global index is out of range')
    if (operator.extent) this.#extents.push({ at, end, kind: operator.extent })
    if (opcode === OP.drop) {
      if (this.#stack.length > this.#top().base) this.#stack.pop()
      return
    }
    this.#pop(operator.pops, operator.blind)
    if (operator.nan === undefined) {
      this.#push(operator.pushes)
      return
    }
    this.#shapeOf.set(end, operator.nan)
    this.#push(1, end)
  }

  #pop(count: number, blind = false): void {
    const frame = this.#top()
    for (let i = 0; i < count; i++) {
      if (this.#stack.length > frame.base) {
        const origin = this.#stack.pop() as number
        if (!blind) this.#observe(origin)
      } else if (!frame.dead) throw malformed('an operand is missing')
    }
  }

  #push(count: number, origin = PLAIN): void {
    for (let i = 0; i < count; i++) this.#stack.push(origin)
    this.#height = Math.max(this.#height, this.#stack.length)
  }

  #observe(origin: number): void {
    const shape = this.#shapeOf.get(origin)
    if (shape) this.#nans.set(origin, shape)
  }

  #observeDownTo(base: number): void {
    while (this.#stack.length > base) this.#observe(this.#stack.pop() as number)
  }

  #die(): void {
    const frame = this.#top()
    this.#observeDownTo(frame.base)
    frame.dead = true
  }

  #startBlock(check: boolean): void {
    this.#block = { at: this.#reader.at, fuel: 0, check }
    this.#charges.push(this.#block)
  }

  #top(): Frame {
    return this.#frames[this.#frames.length - 1] as Frame
  }

  #blockType(blockType: number): { params: number; results: number } {
    if (blockType === NO_RESULT) return { params: 0, results: 0 }
    if (blockType === ONE_RESULT) return { params: 0, results: 1 }
    const { params, results } = this.#type(blockType)
    return { params: params.length, results: results.length }
  }

  #functionType(index: number): FunctionType {
    return this.#type(this.#shape.functions[index] ?? -1)
  }

  #type(index: number): FunctionType {
    const type = this.#shape.types[index]
    if (!type) throw malformed('a type index is out of range')
    return type
  }
}
