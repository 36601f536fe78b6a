/** What a worker answers for, and until when it is counted. */
export type Exposure = { amount: bigint; endsAt: number }

/** In what Standing counts exposures, and to the end of which epoch it keeps them. */
const UNIT = 10n ** 12n
const EPOCH_SEC = 14 * 86_400

/** Rounded up against the worker, in amount and in time. */
export function newExposure(amount: bigint, maturesAt: number): Exposure {
  return {
    amount: ((amount + UNIT - 1n) / UNIT) * UNIT,
    endsAt: (Math.floor(maturesAt / EPOCH_SEC) + 1) * EPOCH_SEC,
  }
}

/** What has not matured yet. */
export function sumExposure(exposures: readonly Exposure[], now: number): bigint {
  return exposures.reduce((sum, { amount, endsAt }) => (endsAt > now ? sum + amount : sum), 0n)
}
