/** One measured figure, as `npm run bench -- --json` prints it. */
export type Figure = {
  name: string
  value: number
  unit: string
  /** What the issue asks for: `<=` or `>=` and a number in the same unit. */
  bar: string
  ok: boolean
  /** Prints this figure alone. */
  command: string
}

/** A figure to measure. `measure` reports progress on stderr through `log`. */
export type Bench = {
  name: string
  unit: string
  bar: { least: number } | { most: number }
  /** Left out of a plain run, since it takes minutes; `--only` or `--all` runs it. */
  slow?: boolean
  measure(log: (line: string) => void): Promise<number>
}

/** Runs one bench. */
export async function measure(bench: Bench, log: (line: string) => void): Promise<Figure> {
  const value = await bench.measure(log)
  const { name, unit, bar } = bench
  const ok = 'most' in bar ? value <= bar.most : value >= bar.least
  return {
    name,
    value: Number(value.toPrecision(4)),
    unit,
    bar: 'most' in bar ? `<= ${bar.most}` : `>= ${bar.least}`,
    ok,
    command: `npm run bench -- --only ${name}`,
  }
}

/** Middle of an odd number of values, mean of the two middle ones else. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const [low, high] = [sorted[sorted.length % 2 === 1 ? middle : middle - 1], sorted[middle]]
  if (low === undefined || high === undefined) throw new RangeError('median of nothing')
  return (low + high) / 2
}
