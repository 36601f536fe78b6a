import { type Completion, timeAt } from './completion.ts'

/** When a bag is expected to end, and how much that is worth. */
export type Prediction = {
  /** From the start of the bag. */
  totalSec: number
  /** Share of past bags for which this would have been right, give or take a fifth; undefined without any. */
  success: number | undefined
  /** Past bags that it rests on. */
  runs: number
}

/** A prediction is a success when it is off by no more than this. */
const TOLERANCE = 0.2

/**
 * Predicts the end of a bag of which a share is done: `alpha tc(r) / r`, with the alpha that fits past bags
 * best; 1 without any. Success is counted for each past bag with the alpha of the others.
 *
 * @param now.share - Above 0, up to 1.
 * @throws {RangeError} for another share
 */
export function predict(
  past: readonly Completion[],
  now: { share: number; sec: number },
): Prediction {
  if (!(now.share > 0 && now.share <= 1)) throw new RangeError(`no share of a bag: ${now.share}`)
  const runs = past.flatMap((bag) => {
    const [soFar, total] = [timeAt(bag, now.share), timeAt(bag, 1)]
    if (soFar === undefined || total === undefined || total <= 0) return []
    return [{ naive: soFar / now.share, total }]
  })
  const hits = runs.filter((run, i) => {
    const alpha = fitAlpha(runs.toSpliced(i, 1))
    return Math.abs(alpha * run.naive - run.total) <= TOLERANCE * run.total
  })
  return {
    totalSec: (fitAlpha(runs) * now.sec) / now.share,
    success: runs.length === 0 ? undefined : hits.length / runs.length,
    runs: runs.length,
  }
}

type Run = { naive: number; total: number }

/** The error is least at the ratio of one of the runs: between them it is straight. */
function fitAlpha(runs: readonly Run[]): number {
  const errorOf = (alpha: number) =>
    runs.reduce((sum, { naive, total }) => sum + Math.abs(alpha * naive - total) / total, 0)
  const ratios = runs.filter(({ naive }) => naive > 0).map(({ naive, total }) => total / naive)
  return ratios.reduce(
    (best, alpha) => (errorOf(alpha) < errorOf(best) ? alpha : best),
    ratios[0] ?? 1,
  )
}
