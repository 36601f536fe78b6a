import { AdEncodingError, type Side } from './adEncodingError.ts'
import { bytesOf, type Cell, trimmed, wordOf } from './cell.ts'
import {
  KIND,
  MAX_DEPTH,
  MAX_NAME_BYTES,
  MAX_NODES,
  MAX_STRING_BYTES,
  operandsOf,
  PUSH,
} from './codes.ts'

/** One step of a program; `at` is where it stands in the bytes, 0 for one made by hand. */
export type Instruction = {
  code: number
  /** Integer (signed), string or name (as in cells and tables) of the instructions that carry one. */
  operand?: bigint
  at?: number
}

/** The instruction that pushes a value. */
export function pushOf({ kind, word }: Cell): Instruction {
  if (kind === KIND.integer) return { code: PUSH.integer, operand: word }
  if (kind === KIND.string) return { code: PUSH.string, operand: word }
  if (kind === KIND.boolean) return { code: word === 1n ? PUSH.true : PUSH.false }
  return { code: kind === KIND.undefined ? PUSH.undefined : PUSH.error }
}

/** Bytes of a program; nothing is checked but {@link readProgram} does. */
export function encodeProgram(instructions: readonly Instruction[]): Uint8Array {
  return Uint8Array.from(
    instructions.flatMap(({ code, operand }) => {
      if (operand === undefined) return [code]
      const bytes = operandBytes(code, operand)
      return [code, bytes.length, ...bytes]
    }),
  )
}

function operandBytes(code: number, operand: bigint): Uint8Array {
  if (code === PUSH.string) return trimmed(bytesOf(operand, MAX_STRING_BYTES))
  if (code !== PUSH.integer) return trimmed(bytesOf(operand, MAX_NAME_BYTES))
  let size = 1
  while (BigInt.asIntN(8 * size, operand) !== operand) size++
  return bytesOf(BigInt.asUintN(8 * size, operand), size)
}

/**
 * Instructions of the program in `bytes` from `start` on, checked as the contract checks them while it runs.
 *
 * @throws {AdEncodingError}
 */
export function readProgram(side: Side, bytes: Uint8Array, start = 0): Instruction[] {
  const instructions: Instruction[] = []
  let height = 0
  for (let at = start; at < bytes.length; ) {
    if (instructions.length === MAX_NODES) throw new AdEncodingError('ProgramTooLong', side, at)
    const code = bytes[at] as number
    const operands = operandsOf(code)
    if (operands === 0 && height === MAX_DEPTH)
      throw new AdEncodingError('ProgramTooDeep', side, at)
    const { instruction, next } = readInstruction(side, bytes, at)
    if (operands === undefined) throw new AdEncodingError('BadInstruction', side, at)
    if (height < operands) throw new AdEncodingError('ProgramUnbalanced', side, at)
    height += 1 - operands
    instructions.push(instruction)
    at = next
  }
  if (height !== 1) throw new AdEncodingError('ProgramUnbalanced', side, bytes.length)
  return instructions
}

function readInstruction(side: Side, bytes: Uint8Array, at: number) {
  const code = bytes[at] as number
  if (code < PUSH.integer || code > PUSH.target) return { instruction: { code, at }, next: at + 1 }
  const size = bytes[at + 1]
  if (size === undefined) throw new AdEncodingError('ProgramTruncated', side, at)
  const least = code === PUSH.string ? 0 : 1
  const most = code < PUSH.my ? MAX_STRING_BYTES : MAX_NAME_BYTES
  if (size < least || size > most) throw new AdEncodingError('BadInstruction', side, at)
  const next = at + 2 + size
  if (next > bytes.length) throw new AdEncodingError('ProgramTruncated', side, at)
  const operand = readOperand(code, bytes.subarray(at + 2, next))
  return { instruction: { code, operand, at }, next }
}

function readOperand(code: number, bytes: Uint8Array): bigint {
  if (code !== PUSH.integer) {
    return wordOf(bytes, code === PUSH.string ? MAX_STRING_BYTES : MAX_NAME_BYTES)
  }
  return BigInt.asIntN(8 * bytes.length, wordOf(bytes, bytes.length))
}
