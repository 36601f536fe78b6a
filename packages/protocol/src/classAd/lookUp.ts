import { attributeOf, type ClassAd, type Expression, type ReferenceNode } from './ast.ts'
import type { Mode } from './tokens.ts'
import type { Scope, Value } from './value.ts'

/** What a name stands for: an expression in the scope of its ad, or one of the ads around. */
export type Found = { expression: Expression; scope: Scope } | { value: Value }

/** Names that stand for ads around, where no attribute has them. */
const SPECIAL = new Set(['toplevel', 'root', 'self', 'parent'])

/** An ad written inside a scope; its names are looked for there when it lacks them. */
export function scopeOfAd(ad: ClassAd, parent: Scope | undefined): Scope {
  return { ad, parent }
}

/** Where a name leads from a scope; undefined when nowhere. */
export function find(
  { name, absolute }: Pick<ReferenceNode, 'name' | 'absolute'>,
  scope: Scope | undefined,
  mode: Mode,
): Found | undefined {
  if (scope === undefined) return undefined
  if (absolute) return findIn(name, rootOf(scope), mode)
  const found = findIn(name, scope, mode)
  if (found !== undefined || scope.fallback === undefined) return found
  return findIn(name, scope.fallback, mode)
}

/** Where `ad.name` leads: the ad and what is around it, never the other ad. */
export function findIn(name: string, from: Scope, mode: Mode): Found | undefined {
  const lower = name.toLowerCase()
  const special = SPECIAL.has(lower) || (mode === 'old' && lower === 'my')
  for (let scope: Scope | undefined = from; scope !== undefined; scope = scope.parent) {
    const expression = attributeOf(scope.ad, name)
    if (expression !== undefined) return { expression, scope }
    if (special) return specialAd(lower, scope)
  }
  return undefined
}

function specialAd(name: string, scope: Scope): Found | undefined {
  if (name === 'self' || name === 'my') return { value: { type: 'ad', scope } }
  const around = name === 'parent' ? scope.parent : rootOf(scope)
  return around === undefined ? undefined : { value: { type: 'ad', scope: around } }
}

function rootOf(scope: Scope): Scope {
  let root = scope
  while (root.parent !== undefined) root = root.parent
  return root
}
