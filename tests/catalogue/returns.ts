import { existsSync, readFileSync } from 'node:fs'

export type PortfolioVectors = {
  bkm: { mu: number[]; cov: number[][]; rf: number; min_var: number[]; tangency: number[] }
  closed3: { mu: number[]; cov: number[][]; rf: number; gmv: number[]; tangency: number[] }
  boyd4: {
    mu: number[]
    cov: number[][]
    frontier: { target: number; w: number[]; sigma: number }[]
  }
  walk_forward: {
    first_rows: number[][]
    segments: { t0: number; weights: number[]; segment_return: number }[]
    final_wealth: number
    mean: number
    std: number
  }
}

const VECTORS = new URL('../../../shared/vectors/portfolio.json', import.meta.url)

/** Published and computed portfolios, where this checkout has them beside it. */
export const portfolioVectors: PortfolioVectors | undefined = existsSync(VECTORS)
  ? (JSON.parse(readFileSync(VECTORS, 'utf8')) as PortfolioVectors)
  : undefined

/** Daily returns of five assets by the generator that the vectors describe. */
export function lcgReturns(days: number): number[][] {
  let s = 20170901n
  const draw = (): number => {
    s = (s * 6364136223846793005n + 1442695040888963407n) % (1n << 64n)
    return Number(s >> 33n) - 2 ** 30
  }
  const drift = [2, 3, 1, 4, 0]
  return Array.from({ length: days }, () => {
    const common = draw()
    return drift.map((d, j) => (common * (j + 1) + draw() * 6) / 2 ** 30 / 512 + d / 8192)
  })
}

/** Sample covariance, over one less than the rows. */
export function covariance(rows: number[][]): number[][] {
  const mean = (rows[0] as number[]).map(
    (_, i) => rows.reduce((sum, row) => sum + (row[i] as number), 0) / rows.length,
  )
  return mean.map((mi, i) =>
    mean.map(
      (mj, j) =>
        rows.reduce((sum, row) => sum + ((row[i] as number) - mi) * ((row[j] as number) - mj), 0) /
        (rows.length - 1),
    ),
  )
}
