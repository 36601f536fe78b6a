/** How far a bag is, from its start on. */
export type Completion = {
  /** Tasks of the bag. */
  size: number
  /** Seconds at which tasks ended, ascending. */
  doneSec: readonly number[]
}

/** Share of the bag after which what is left is called its tail. */
export const TAIL_FROM = 0.9

/** Time at which a share of the bag was done: tc(x) of SpeQuloS; undefined before that. */
export function timeAt({ size, doneSec }: Completion, share: number): number | undefined {
  // Shares such as 0.9 of 10 are a whole number but for rounding.
  return doneSec[Math.max(1, Math.ceil(share * size - 1e-9)) - 1]
}

/** When the bag would end if its last tenth were as quick as the others; undefined before that tenth. */
export function idealSec(bag: Completion): number | undefined {
  const atTail = timeAt(bag, TAIL_FROM)
  return atTail === undefined ? undefined : atTail / TAIL_FROM
}

/** Time of the whole bag over {@link idealSec}; undefined until it has ended. */
export function tailSlowdown(bag: Completion): number | undefined {
  const [total, ideal] = [timeAt(bag, 1), idealSec(bag)]
  return total === undefined || ideal === undefined ? undefined : total / ideal
}
