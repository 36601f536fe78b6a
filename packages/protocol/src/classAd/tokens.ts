import type { Value } from './value.ts'

/** A word of the language; `text` as written, for messages. */
export type Token = { at: number; text: string } & (
  | { kind: 'end' }
  | { kind: 'symbol'; symbol: string }
  | { kind: 'name'; name: string }
  | { kind: 'literal'; value: Value }
)

/**
 * How text is read and names are looked up: `new` as the ClassAd manual has it, `old` as HTCondor's
 * daemons do (names that an ad lacks are looked for in the other ad; no leading zeros).
 */
export type Mode = 'new' | 'old'
