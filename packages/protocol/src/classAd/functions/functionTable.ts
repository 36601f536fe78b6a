import type { AdFunction, FunctionGroup } from '../run.ts'
import { CONTROL } from './control.ts'
import { CONVERSIONS } from './conversions.ts'
import { LISTS } from './lists.ts'
import { NUMBERS } from './numbers.ts'
import { PATTERNS } from './patterns.ts'
import { STRINGS } from './strings.ts'
import { TIMES } from './times.ts'
import { TYPES } from './types.ts'
import { VERSIONS } from './versions.ts'

const TABLE: FunctionGroup = {
  ...TYPES,
  ...CONVERSIONS,
  ...NUMBERS,
  ...LISTS,
  ...STRINGS,
  ...VERSIONS,
  ...PATTERNS,
  ...TIMES,
  ...CONTROL,
}

/** The function of a name, whatever its capitals; undefined when the language has none. */
export function functionNamed(name: string): AdFunction | undefined {
  const lower = name.toLowerCase()
  return Object.hasOwn(TABLE, lower) ? TABLE[lower] : undefined
}
