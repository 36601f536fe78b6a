import { readFileSync } from 'node:fs'
import { FileNotReadableError } from '../errors.ts'

/**
 * Text of an ad that is given as text, which starts with `[`, or as the name of a file.
 *
 * @throws {FileNotReadableError}
 */
export function readAdText(source: string, field: string): string {
  if (source.trimStart().startsWith('[')) return source
  try {
    return readFileSync(source, 'utf8')
  } catch (cause) {
    throw new FileNotReadableError({ field, path: source, cause })
  }
}
