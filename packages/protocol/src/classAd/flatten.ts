import type { CallNode, ClassAd, Expression, ReferenceNode } from './ast.ts'
import { childrenOf, mapAttributes, mapChildren } from './children.ts'
import { evaluate } from './match.ts'
import type { Value } from './value.ts'

/** Names that lead out of the ad, or to all of it, where it has no attribute of that name. */
const OUTSIDE = new Set(['target', 'other', 'left', 'right', 'ad', 'parent', 'root', 'toplevel'])
const WHOLE = new Set(['my', 'self'])
/** Functions whose value is not settled by their arguments; with arguments, those of `SETTLED` are. */
const UNSETTLED = new Set(['time', 'currenttime', 'daytime', 'random', 'eval'])
const SETTLED_WITH_ARGUMENTS = new Set(['abstime', 'formattime'])

/**
 * The same ad with everything computed that does not depend on the other ad, on the time or on
 * chance: chains of attributes become literals, and so do such parts of what is left. Against any
 * other ad, each attribute has the value it had. This is how an ad in the full language becomes one
 * that fits on chain, where there are no chains, no lists and no functions to compute with.
 */
export function flatten(ad: ClassAd): ClassAd {
  const closed = closedIn(ad)
  return mapAttributes(ad, (expression, name) => {
    const value = closed.has(expression) ? evaluate(reference(name), { my: ad }) : undefined
    if (value === undefined || !isScalar(value)) return fold(expression, ad, closed)
    return { kind: 'literal', value, at: expression.at }
  })
}

/** By its name, so that an attribute that comes back to itself finds itself undefined. */
function reference(name: string): Expression {
  return { kind: 'reference', scope: undefined, absolute: false, name, at: 0 }
}

function fold(node: Expression, ad: ClassAd, closed: ReadonlySet<Expression>): Expression {
  if (node.kind === 'literal') return node
  if (closed.has(node)) {
    const value = evaluate(node, { my: ad })
    if (isScalar(value)) return { kind: 'literal', value, at: node.at }
  }
  // Inside a nested ad names mean its own attributes first, so it stays as it is.
  if (node.kind === 'ad') return node
  if (node.kind === 'reference' && isWhole(node.scope, ad)) return node
  return mapChildren(node, (child) => fold(child, ad, closed))
}

function isScalar({ type }: Value): boolean {
  return type !== 'list' && type !== 'ad'
}

/** Every expression in an ad whose value no other ad can change. */
function closedIn(ad: ClassAd): ReadonlySet<Expression> {
  const open = openAttributes(ad)
  const closed = new Set<Expression>()
  const visit = (node: Expression): boolean => {
    const inside = isWhole(scopeOf(node), ad) ? true : childrenOf(node).map(visit).every(Boolean)
    const isClosed = inside && !opensItself(node, ad) && !dependsOn(node, ad, open)
    if (isClosed) closed.add(node)
    return isClosed
  }
  for (const { expression } of ad.attributes.values()) visit(expression)
  return closed
}

/** Attributes that the other ad can change, directly or through another attribute. */
function openAttributes(ad: ClassAd): ReadonlySet<string> {
  const open = new Set<string>()
  for (let before = -1; before < open.size; ) {
    before = open.size
    for (const [key, { expression }] of ad.attributes) {
      if (!open.has(key) && isOpen(expression, ad, open)) open.add(key)
    }
  }
  return open
}

function isOpen(node: Expression, ad: ClassAd, open: ReadonlySet<string>): boolean {
  if (opensItself(node, ad) || dependsOn(node, ad, open)) return true
  if (isWhole(scopeOf(node), ad)) return false
  return childrenOf(node).some((child) => isOpen(child, ad, open))
}

function opensItself(node: Expression, ad: ClassAd): boolean {
  if (node.kind === 'call') return isUnsettled(node)
  if (node.kind !== 'reference') return false
  if (node.absolute) return true
  const key = node.name.toLowerCase()
  if (ad.attributes.has(key)) return false
  return OUTSIDE.has(key) || (node.scope === undefined && WHOLE.has(key))
}

function isUnsettled({ name, args }: CallNode): boolean {
  const key = name.toLowerCase()
  return UNSETTLED.has(key) || (SETTLED_WITH_ARGUMENTS.has(key) && args.length === 0)
}

/** Whether a name means an attribute that is open; what is selected from something else is not one. */
function dependsOn(node: Expression, ad: ClassAd, open: ReadonlySet<string>): boolean {
  if (node.kind !== 'reference') return false
  if (node.scope !== undefined && !isWhole(node.scope, ad)) return false
  return open.has(node.name.toLowerCase())
}

function scopeOf(node: Expression): Expression | undefined {
  return node.kind === 'reference' ? node.scope : undefined
}

/** Whether an expression is `MY` or `SELF`, and so stands for the ad itself. */
function isWhole(node: Expression | undefined, ad: ClassAd): node is ReferenceNode {
  if (node?.kind !== 'reference' || node.scope !== undefined || node.absolute) return false
  const key = node.name.toLowerCase()
  return WHOLE.has(key) && !ad.attributes.has(key)
}
