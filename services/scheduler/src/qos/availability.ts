import type { Random } from '@millrace/base'

/** Seconds below which a quarter, a half and three quarters of durations lie. */
export type Quartiles = readonly [number, number, number]

/** How long nodes of an environment stay, and stay away. */
export type Environment = { available: Quartiles; unavailable: Quartiles }

/**
 * Traces of desktop grids and best-effort clusters, by their quartiles.
 *
 * @see SpeQuloS (Delamare, Fedak, Kondo, Lodygensky 2012), as quoted in the project's design notes
 */
export const ENVIRONMENTS = {
  nd: { available: [952, 3840, 26_562], unavailable: [640, 960, 1920] },
  seti: { available: [61, 531, 5407], unavailable: [174, 501, 3078] },
  g5kgre: { available: [5, 182, 11_268], unavailable: [23, 547, 6891] },
  g5klyo: { available: [21, 51, 63], unavailable: [191, 236, 480] },
} as const satisfies Record<string, Environment>

export type Lognormal = { mu: number; sigma: number }

/** Third quartile of the standard normal distribution. */
const NORMAL_Q3 = 0.674_489_750_196_081_7

/** The lognormal distribution with this median and this spread between the outer quartiles. */
export function fitLognormal([low, middle, high]: Quartiles): Lognormal {
  return { mu: Math.log(middle), sigma: Math.log(high / low) / (2 * NORMAL_Q3) }
}

/** A time for which a node is there. */
export type Interval = { fromSec: number; untilSec: number }

/** A week: as if looked at from some moment of a long trace. */
const PAST_SEC = 7 * 86_400

/** When one node is there, from 0 on, without end. */
export function* nodeTimes(
  { available, unavailable }: Environment,
  random: Random,
): Generator<Interval> {
  const [up, down] = [fitLognormal(available), fitLognormal(unavailable)]
  let atSec = -PAST_SEC * random.float()
  for (;;) {
    const untilSec = atSec + sample(up, random)
    if (untilSec > 0) yield { fromSec: Math.max(0, atSec), untilSec }
    atSec = untilSec + sample(down, random)
  }
}

function sample({ mu, sigma }: Lognormal, random: Random): number {
  return Math.exp(mu + sigma * normal(random))
}

/** Standard normal, by Box and Muller. */
export function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.float()))
  return radius * Math.cos(2 * Math.PI * random.float())
}
