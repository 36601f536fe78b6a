import { InvalidInputError } from '@millrace/base'
import type { z } from 'zod'

type Issue = z.core.$ZodIssue

/**
 * The first thing wrong with an input as an error that names field, value and what it must be; the
 * other fields are listed in `meta.issues`.
 *
 * @param where - Part of the request: `body`, `query` or `path`.
 */
export function invalidInput(error: z.ZodError, where: string, input: unknown): InvalidInputError {
  const issues = error.issues.flatMap(flatten)
  const fields = issues.map((issue) => ({
    field: [where, ...issue.path].join('.'),
    expected: expectationOf(issue),
  }))
  const [first] = fields
  const value = issues[0]?.path.reduce<unknown>(
    (part, key) => (part as Record<PropertyKey, unknown> | undefined)?.[key],
    input,
  )
  const found = new InvalidInputError({
    field: first?.field ?? where,
    value,
    expected: first?.expected ?? 'as described in /openapi.json',
  })
  if (fields.length > 1) found.meta['issues'] = fields.slice(0, 20)
  return found
}

/** A union's issue says only that no member fits; what is wrong with the nearest one says more. */
function flatten(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union') return [issue]
  const nearest = issue.errors.filter((issues) => issues.length > 0).at(0)
  if (nearest === undefined) return [issue]
  return nearest.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }))
}

function expectationOf(issue: Issue): string {
  if (issue.code === 'unrecognized_keys') return `without ${issue.keys.join(', ')}`
  if (issue.code === 'invalid_union' && 'discriminator' in issue)
    return `of a known ${String(issue.discriminator)}`
  return issue.message
    .replace(/^must be /, '')
    .replace(/^Invalid input: expected (.+?)(, received .+)?$/, 'a value of type $1')
}
