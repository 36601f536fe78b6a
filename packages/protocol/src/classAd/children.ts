import type { Attribute, ClassAd, Expression } from './ast.ts'

/** Expressions directly inside an expression. */
export function childrenOf(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case 'literal':
      return []
    case 'reference':
      return node.scope === undefined ? [] : [node.scope]
    case 'unary':
      return [node.operand]
    case 'binary':
      return [node.left, node.right]
    case 'conditional':
      return node.yes === undefined ? [node.test, node.no] : [node.test, node.yes, node.no]
    case 'subscript':
      return [node.of, node.index]
    case 'call':
      return node.args
    case 'list':
      return node.items
    case 'ad':
      return [...node.ad.attributes.values()].map(({ expression }) => expression)
  }
}

/** The same expression with each one directly inside it replaced. */
export function mapChildren(
  node: Expression,
  change: (child: Expression) => Expression,
): Expression {
  switch (node.kind) {
    case 'literal':
      return node
    case 'reference':
      return node.scope === undefined ? node : { ...node, scope: change(node.scope) }
    case 'unary':
      return { ...node, operand: change(node.operand) }
    case 'binary':
      return { ...node, left: change(node.left), right: change(node.right) }
    case 'conditional': {
      const yes = node.yes === undefined ? undefined : change(node.yes)
      return { ...node, test: change(node.test), yes, no: change(node.no) }
    }
    case 'subscript':
      return { ...node, of: change(node.of), index: change(node.index) }
    case 'call':
      return { ...node, args: node.args.map(change) }
    case 'list':
      return { ...node, items: node.items.map(change) }
    case 'ad':
      return { ...node, ad: mapAttributes(node.ad, change) }
  }
}

/** The same ad with the expression of each attribute replaced. */
export function mapAttributes(
  ad: ClassAd,
  change: (expression: Expression, name: string) => Expression,
): ClassAd {
  const changed = [...ad.attributes].map(([key, { name, expression }]): [string, Attribute] => [
    key,
    { name, expression: change(expression, name) },
  ])
  return { attributes: new Map(changed) }
}
