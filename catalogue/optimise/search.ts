// Differential evolution (Storn and Price 1997) within a box.
import { evaluate } from './functions'

/** xorshift64*: one stream per seed. */
class Random {
  private state: u64
  constructor(seed: u64) {
    this.state = seed * 0x9e3779b97f4a7c15 + 0x632be59bd9b4e019
    for (let i = 0; i < 8; i++) this.unit()
  }
  unit(): f64 {
    this.state ^= this.state >> 12
    this.state ^= this.state << 25
    this.state ^= this.state >> 27
    return f64((this.state * 0x2545f4914f6cdd1d) >> 11) * (1.0 / 9007199254740992.0)
  }
  below(n: i32): i32 {
    return i32(this.unit() * f64(n))
  }
}

export class Box {
  constructor(
    readonly low: Float64Array,
    readonly high: Float64Array,
  ) {}
}

/**
 * Share `part` of `parts` of the cube from `low` to `high`: slabs of equal width along the first variable,
 * each cut along the second, and so on, for the prime factors of `parts`, the largest first.
 */
export function shareOf(low: f64, high: f64, dimensions: i32, part: i32, parts: i32): Box {
  const from = new Float64Array(dimensions).fill(low)
  const to = new Float64Array(dimensions).fill(high)
  let left = parts
  let place = part
  let axis = 0
  for (let factor = parts; left > 1; factor--) {
    if (!isPrime(factor)) continue
    while (left % factor == 0) {
      const width = (to[axis] - from[axis]) / f64(factor)
      from[axis] += width * f64(place % factor)
      to[axis] = from[axis] + width
      place /= factor
      left /= factor
      axis = (axis + 1) % dimensions
    }
  }
  return new Box(from, to)
}

function isPrime(n: i32): bool {
  for (let d = 2; d * d <= n; d++) if (n % d == 0) return false
  return n > 1
}

export class Found {
  constructor(
    readonly value: f64,
    readonly point: Float64Array,
    readonly evaluations: i32,
  ) {}
}

/** A step past a side ends on it or, as often, anywhere: minima may lie on the sides of a share. */
function inside(v: f64, low: f64, high: f64, random: Random): f64 {
  if (v >= low && v <= high) return v
  if (random.unit() < 0.5) return v < low ? low : high
  return low + random.unit() * (high - low)
}

export function search(kind: i32, box: Box, seed: u64, population: i32, generations: i32): Found {
  const n = box.low.length
  const random = new Random(seed)
  const points: Float64Array[] = []
  const values: f64[] = []
  let best = 0
  for (let p = 0; p < population; p++) {
    const x = new Float64Array(n)
    for (let i = 0; i < n; i++) x[i] = box.low[i] + random.unit() * (box.high[i] - box.low[i])
    points.push(x)
    values.push(evaluate(kind, x))
    if (values[p] < values[best]) best = p
  }
  const trial = new Float64Array(n)
  for (let g = 0; g < generations; g++) {
    for (let p = 0; p < population; p++) {
      const a = points[random.below(population)]
      const b = points[random.below(population)]
      // Now and then from the best point, which makes the end quick without losing the others.
      const base = random.unit() < 0.35 ? points[best] : points[random.below(population)]
      const weight = 0.4 + 0.4 * random.unit()
      const forced = random.below(n)
      for (let i = 0; i < n; i++) {
        trial[i] = points[p][i]
        if (i == forced || random.unit() < 0.3) {
          trial[i] = inside(base[i] + weight * (a[i] - b[i]), box.low[i], box.high[i], random)
        }
      }
      const value = evaluate(kind, trial)
      if (value <= values[p]) {
        points[p].set(trial)
        values[p] = value
        if (value < values[best]) best = p
      }
    }
  }
  return new Found(values[best], points[best], population * (generations + 1))
}
