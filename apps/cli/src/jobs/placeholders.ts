import { InvalidInputError } from '@millrace/base'

/** What `{...}` in the arguments of a bag stands for, for one task. */
export type Placeholders = {
  /** The task's number: from --array, or its place in the bag from 0. */
  i: string
  /** Tasks of the bag. */
  n: string
  /** Path of the task's own input as the program sees it, its file name, and that without extension. */
  file?: string
  name?: string
  stem?: string
}

const PLACEHOLDER = /\{\{(?:i|n|file|name|stem)\}\}|\{(i|n|file|name|stem)\}/g

/**
 * Replaces `{i}`, `{n}`, `{file}`, `{name}`, `{stem}`; `{{i}}` stands for a literal `{i}`.
 * Other braces are left alone: arguments may well be JSON.
 *
 * @throws {InvalidInputError} for `{file}` and its kin without --each.
 */
export function fillPlaceholders(argument: string, values: Placeholders): string {
  return argument.replace(PLACEHOLDER, (found: string, name: keyof Placeholders | undefined) => {
    if (name === undefined) return found.slice(1, -1)
    const value = values[name]
    if (value === undefined)
      throw new InvalidInputError({
        field: 'argument',
        value: argument,
        expected: `without ${found}, which only --each fills`,
      })
    return value
  })
}

/** True when an argument depends on the task. */
export function hasPlaceholder(argument: string): boolean {
  return [...argument.matchAll(PLACEHOLDER)].some(([, name]) => name !== undefined)
}
