/** One reason why orders do not fit; `code` is that of the contract's error. */
export type Mismatch = { code: string; message: string; meta: Record<string, string | number> }

export function mismatch(code: string, message: string, meta: Mismatch['meta']): Mismatch {
  return { code, message, meta }
}
