import { globSync, statSync } from 'node:fs'
import { InvalidInputError } from '@millrace/base'

/** Plain files that patterns match, sorted, each once. A name without wildcards stands for itself. */
export function matchFiles(patterns: readonly string[]): string[] {
  const found = patterns.flatMap((pattern) => {
    const files = globSync(pattern).filter(isPlainFile)
    if (files.length === 0)
      throw new InvalidInputError({
        field: '--each',
        value: pattern,
        expected: 'a pattern that matches at least one plain file',
      })
    return files
  })
  return [...new Set(found)].sort()
}

function isPlainFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}
