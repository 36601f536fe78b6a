import { stripTypeScriptTypes } from 'node:module'

/**
 * Replaces TypeScript's types by blanks; lines and columns stay.
 *
 * Node marks the function as experimental and warns once per process; users cannot do anything about
 * that, so this one warning is kept from them.
 *
 * @throws {Error} for syntax that needs a compiler, such as enums.
 */
export function stripTypes(source: string): string {
  const emit = process.emitWarning
  process.emitWarning = () => {}
  try {
    return stripTypeScriptTypes(source)
  } finally {
    process.emitWarning = emit
  }
}
