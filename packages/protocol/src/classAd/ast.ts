import type { Value } from './value.ts'

export type UnaryOperator = '-' | '+' | '!' | '~'

/** `?:` is the operator that HTCondor calls elvis: the right side when the left is undefined. */
export type BinaryOperator =
  | '||'
  | '&&'
  | '|'
  | '^'
  | '&'
  | '=='
  | '!='
  | '=?='
  | '=!='
  | '<'
  | '<='
  | '>'
  | '>='
  | '<<'
  | '>>'
  | '>>>'
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '?:'

export type LiteralNode = { kind: 'literal'; value: Value; at: number }

/** `name`, `.name` (absolute: looked up in the outermost ad) or `scope.name`. */
export type ReferenceNode = {
  kind: 'reference'
  scope: Expression | undefined
  absolute: boolean
  name: string
  at: number
}

export type UnaryNode = { kind: 'unary'; op: UnaryOperator; operand: Expression; at: number }

export type BinaryNode = {
  kind: 'binary'
  op: BinaryOperator
  left: Expression
  right: Expression
  at: number
}

/** `test ? yes : no`; with nothing between `?` and `:` it is `test` unless that is undefined. */
export type ConditionalNode = {
  kind: 'conditional'
  test: Expression
  yes: Expression | undefined
  no: Expression
  at: number
}

export type SubscriptNode = { kind: 'subscript'; of: Expression; index: Expression; at: number }

export type CallNode = { kind: 'call'; name: string; args: readonly Expression[]; at: number }

export type ListNode = { kind: 'list'; items: readonly Expression[]; at: number }

export type AdNode = { kind: 'ad'; ad: ClassAd; at: number }

/**
 * A parsed expression; `at` is the offset of its first character (of its operator, for operators)
 * in the text, 0 for one made by hand. Parentheses leave no node.
 */
export type Expression =
  | LiteralNode
  | ReferenceNode
  | UnaryNode
  | BinaryNode
  | ConditionalNode
  | SubscriptNode
  | CallNode
  | ListNode
  | AdNode

export type Attribute = { name: string; expression: Expression }

/** Attributes by their lower-case name, in the order written. */
export type ClassAd = { attributes: ReadonlyMap<string, Attribute> }

/** An ad of attributes; of two with one name, whatever the capitals, the later one counts. */
export function makeAd(attributes: Iterable<readonly [string, Expression]>): ClassAd {
  const map = new Map<string, Attribute>()
  for (const [name, expression] of attributes) map.set(name.toLowerCase(), { name, expression })
  return { attributes: map }
}

/** What an ad says of a name, whatever the capitals; undefined when it does not have it. */
export function attributeOf(ad: ClassAd, name: string): Expression | undefined {
  return ad.attributes.get(name.toLowerCase())?.expression
}
