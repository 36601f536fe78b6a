import { show } from '@millrace/base'
import type { CallNode, Expression, LiteralNode, ReferenceNode } from '../ast.ts'
import { type Cell, cellOf, type FlatValue } from './cell.ts'
import { BINARY, CHOOSE, PUSH, UNARY } from './codes.ts'
import { ClassAdNotOnChainError } from './notOnChainError.ts'
import { type Instruction, pushOf } from './program.ts'
import { nameWord } from './table.ts'

/** What a name means: instructions that push its value. */
export type Names = (scope: 'MY' | 'TARGET' | undefined, name: string, at: number) => Instruction[]

const SCOPES = new Map([
  ['my', 'MY'],
  ['self', 'MY'],
  ['target', 'TARGET'],
  ['other', 'TARGET'],
] as const)

const TESTS = new Map<string, number>(
  (['isUndefined', 'isError', 'isBoolean', 'isInteger', 'isString'] as const).map((name) => [
    name.toLowerCase(),
    UNARY[name],
  ]),
)

/**
 * Postfix code of an expression. Evaluating all operands is as good as the language's laziness,
 * because the operators are total.
 *
 * @throws {ClassAdNotOnChainError} naming what the byte code does not have.
 */
export function compileExpression(node: Expression, names: Names): Instruction[] {
  const compile = (inner: Expression): Instruction[] => compileExpression(inner, names)
  switch (node.kind) {
    case 'literal':
      return [pushOf(cellOfLiteral(node))]
    case 'reference':
      return reference(node, names)
    case 'unary':
      if (node.op === '~') return refuseBits(node.op, node.at)
      return [...compile(node.operand), { code: UNARY[node.op] }]
    case 'binary':
      if (!isKnown(node.op)) return refuseBits(node.op, node.at)
      return [...compile(node.left), ...compile(node.right), { code: BINARY[node.op] }]
    case 'conditional': {
      const { test, yes, no } = node
      if (yes === undefined) return [...compile(test), ...compile(no), { code: BINARY['?:'] }]
      return [test, yes, no].flatMap(compile).concat({ code: CHOOSE })
    }
    case 'call':
      return call(node, compile)
    case 'subscript':
      return refuse('a subscript', node.at, 'Only numbers, booleans and short strings are known.')
    case 'list':
      return refuse('a list', node.at, 'Compare with each of its elements, with || between.')
    case 'ad':
      return refuse('a nested ad', node.at, 'Give its attributes names of their own.')
  }
}

/** The value of a literal, if ads on chain have such values. */
export function cellOfLiteral({ value, at }: LiteralNode): Cell {
  if (!isFlat(value)) {
    const hint = 'Scale it to an integer: permille, milliseconds, seconds since 1970.'
    return refuse(`the ${value.type} value`, at, hint)
  }
  const cell = cellOf(value)
  if (cell !== undefined) return cell
  const text = value.type === 'string' ? value.value : ''
  return refuse(`the string ${show(text)}`, at, 'Use at most 32 bytes of UTF-8, none of them 0.')
}

function isFlat(value: LiteralNode['value']): value is FlatValue {
  return ['undefined', 'error', 'boolean', 'integer', 'string'].includes(value.type)
}

/** An instruction that reads an attribute. */
export function attribute(code: number, name: string, at: number): Instruction {
  const operand = nameWord(name)
  if (operand === undefined) {
    return refuse(`the name ${name}`, at, 'Use a name of at most 31 bytes.')
  }
  return { code, operand }
}

function reference({ scope, absolute, name, at }: ReferenceNode, names: Names): Instruction[] {
  if (absolute)
    return refuse(`the absolute name .${name}`, at, `Write MY.${name} or TARGET.${name}.`)
  if (scope === undefined) return names(undefined, name, at)
  const outer = scope.kind === 'reference' && scope.scope === undefined ? scope.name : ''
  const side = (SCOPES as ReadonlyMap<string, 'MY' | 'TARGET'>).get(outer.toLowerCase())
  if (side !== undefined) return names(side, name, at)
  // No value on chain is an ad: what is selected from one is undefined if that is, and else an error.
  return [
    ...compileExpression(scope, names),
    { code: UNARY.isUndefined },
    { code: PUSH.undefined },
    { code: PUSH.error },
    { code: CHOOSE },
  ]
}

function call(
  { name, args, at }: CallNode,
  compile: (node: Expression) => Instruction[],
): Instruction[] {
  const known = name.toLowerCase()
  const test = TESTS.get(known)
  const code = known === 'ifthenelse' ? CHOOSE : test
  if (code === undefined) {
    const hint = 'Known on chain: ifThenElse isUndefined isError isBoolean isInteger isString.'
    return refuse(`the function ${name}`, at, hint)
  }
  // As in the full language a wrong number of arguments is an error as a value.
  if (args.length !== (code === CHOOSE ? 3 : 1)) return [{ code: PUSH.error }]
  return args.flatMap(compile).concat({ code })
}

function isKnown(op: string): op is keyof typeof BINARY {
  return op in BINARY
}

function refuseBits(op: string, at: number): never {
  return refuse(`the operator ${op}`, at, 'Use && || ! on truths, and * / % to take numbers apart.')
}

function refuse(construct: string, position: number, hint: string): never {
  throw new ClassAdNotOnChainError({ construct, position, hint })
}
