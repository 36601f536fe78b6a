/** One page of a list; `next`, when present, asks for the following page as `after`. */
export type Page<Row> = { items: Row[]; next?: string }
export type PageRequest = { after?: string | undefined; limit: number }

/** Cuts the one row more that was read to see whether there is a next page. */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (row: Row) => string,
): Page<Row> {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return rows.length > limit && last !== undefined ? { items, next: cursorOf(last) } : { items }
}

/** Conditions of a where clause with their parameters; absent values add nothing. */
export function createFilter() {
  const values: unknown[] = []
  const conditions: string[] = []
  const place = (value: unknown): string => `$${values.push(value)}`
  return {
    values,
    place,
    /** `?` in the condition stands for the value. */
    where(condition: string, value: unknown) {
      if (value !== undefined) conditions.push(condition.replace('?', place(value)))
    },
    /** The clause with its `where`, or nothing. */
    clause: () => (conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`),
  }
}
