import { type Hex, hexToBytes } from '@millrace/base'
import { compileProgram, evaluateProgram, flatValue } from '@millrace/protocol'

const OPERANDS = ['undefined', 'error', 'false', 'true', '0', '7', '-2', '""', '"a"', '"B"', '"b"']
const UNARY = ['!', '-', '+', 'isUndefined', 'isError', 'isBoolean', 'isInteger', 'isString']
const BINARY = '&& || + - * / % < <= > >= == != =?= =!= ?:'.split(' ')

/** Every operator on every kind of operand, as (program, program that pushes the value) with lengths before. */
export function classAds() {
  const expressions = [
    ...OPERANDS,
    ...UNARY.flatMap((op) => OPERANDS.map((a) => `${op}(${a})`)),
    ...BINARY.flatMap((op) => OPERANDS.flatMap((a) => OPERANDS.map((b) => `(${a}) ${op} (${b})`))),
    ...OPERANDS.flatMap((test) => [`(${test}) ? 1 : error`, `(${test}) ? undefined : "no"`]),
  ]
  const cases: Hex = `0x${expressions.map((text) => part(text) + part(valueText(text))).join('')}`
  return { count: expressions.length, cases }
}

function part(text: string): string {
  const program = compileProgram(text)
  return hexToBytes(program).length.toString(16).padStart(2, '0') + program.slice(2)
}

function valueText(expression: string): string {
  const value = flatValue(evaluateProgram(compileProgram(expression), '0x', '0x'))
  if (value.type === 'string') return JSON.stringify(value.value)
  return 'value' in value ? String(value.value) : value.type
}
