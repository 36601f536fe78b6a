/** Kinds of values, as ads and the contract number them. */
export const KIND = { undefined: 0, error: 1, boolean: 2, integer: 3, string: 4 } as const
export type Kind = (typeof KIND)[keyof typeof KIND]

export const AD_VERSION = 1
export const MAX_ATTRIBUTES = 32
export const MAX_NODES = 64
/** Values that may wait on the stack at once. */
export const MAX_DEPTH = 16
export const MAX_NAME_BYTES = 31
export const MAX_STRING_BYTES = 32
/** Version and number of attributes. */
export const HEAD_BYTES = 2
/** Name and kind in one word, value in another. */
export const ENTRY_BYTES = 64

/** Instructions without operands on the stack. */
export const PUSH = {
  undefined: 0x00,
  error: 0x01,
  false: 0x02,
  true: 0x03,
  integer: 0x04,
  string: 0x05,
  my: 0x06,
  target: 0x07,
} as const

export const UNARY = {
  '!': 0x10,
  '-': 0x11,
  '+': 0x12,
  isUndefined: 0x13,
  isError: 0x14,
  isBoolean: 0x15,
  isInteger: 0x16,
  isString: 0x17,
} as const

export const BINARY = {
  '&&': 0x20,
  '||': 0x21,
  '+': 0x22,
  '-': 0x23,
  '*': 0x24,
  '/': 0x25,
  '%': 0x26,
  '<': 0x27,
  '<=': 0x28,
  '>': 0x29,
  '>=': 0x2a,
  '==': 0x2b,
  '!=': 0x2c,
  '=?=': 0x2d,
  '=!=': 0x2e,
  '?:': 0x2f,
} as const

/** `test ? yes : no`. */
export const CHOOSE = 0x30

/** Operands of an instruction; undefined for a byte that is none. */
export function operandsOf(code: number): number | undefined {
  if (code <= PUSH.target) return 0
  if (code >= UNARY['!'] && code <= UNARY.isString) return 1
  if (code >= BINARY['&&'] && code <= BINARY['?:']) return 2
  return code === CHOOSE ? 3 : undefined
}
