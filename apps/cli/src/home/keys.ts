import { readFileSync } from 'node:fs'
import { type Hex32, hex32, type Random, randomHex32 } from '@millrace/base'
import { CloudFileError } from '../errors.ts'
import type { Home } from './home.ts'
import { writeFileSafely } from './writeFileSafely.ts'

/** Private keys by the name of their account; made once, kept with mode 0600. */
export type Keys = Record<string, Hex32>

/** @throws {CloudFileError} when the file is not ours. */
export function readKeys(home: Home): Keys {
  let text: string
  try {
    text = readFileSync(home.keysFile, 'utf8')
  } catch {
    return {}
  }
  try {
    const keys = JSON.parse(text) as Record<string, string>
    return Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, hex32(key, name)]))
  } catch (cause) {
    throw new CloudFileError({ path: home.keysFile, cause })
  }
}

/** Keys of all these accounts; new ones are on disk before this returns, so nothing is sent to a lost key. */
export function ensureKeys(home: Home, names: readonly string[], random: Random): Keys {
  const keys = readKeys(home)
  const missing = names.filter((name) => keys[name] === undefined)
  if (missing.length === 0) return keys
  for (const name of missing) keys[name] = randomHex32(random)
  writeFileSafely(home.keysFile, `${JSON.stringify(keys, null, 2)}\n`)
  return keys
}
