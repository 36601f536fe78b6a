import { accessSync, constants, mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { InvalidInputError } from '@millrace/base'

/**
 * Makes a folder, and those above it, that can be written to.
 *
 * One level at a time: with `recursive`, Node's mkdir never returns below a place such as /proc.
 *
 * @param field - The flag that named it, for the error.
 * @param mode - Permissions of the folders that are made.
 * @throws {InvalidInputError} when there can be no such folder, or nothing may be written to it
 */
export function makeFolder(path: string, field: string, mode = 0o777): void {
  try {
    make(resolve(path), mode)
    accessSync(path, constants.W_OK | constants.X_OK)
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause)
    throw new InvalidInputError({
      field,
      value: path,
      expected: `a folder that you can write to (${reason})`,
    })
  }
}

function make(path: string, mode: number): void {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found?.isDirectory() === true) return
  if (found !== undefined) throw Object.assign(new Error(path), { code: 'ENOTDIR' })
  make(dirname(path), mode)
  try {
    mkdirSync(path, { mode })
  } catch (error) {
    // Another job may have made it meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
