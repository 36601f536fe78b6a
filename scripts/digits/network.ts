import { type Draw, SIDE } from './drawDigit.ts'

// A small convolutional network: 3 x 3 filters, the larger of each 2 x 2, 3 x 3 filters, one dense layer.

export const CLASSES = 10
const [FIRST, SECOND] = [8, 12]
const WIDE = SIDE - 2
const POOLED = WIDE / 2
const INNER = POOLED - 2
const FLAT = INNER * INNER * SECOND
const SIZES = {
  filters1: FIRST * 9,
  bias1: FIRST,
  filters2: SECOND * FIRST * 9,
  bias2: SECOND,
  dense: CLASSES * FLAT,
  bias3: CLASSES,
}
export type Network = Record<keyof typeof SIZES, Float64Array>
export const LAYERS = Object.keys(SIZES) as (keyof Network)[]

/** All weights zero. */
export function emptyNetwork(): Network {
  return Object.fromEntries(LAYERS.map((l) => [l, new Float64Array(SIZES[l])])) as Network
}

/** Weights at random in the range of Glorot and He, biases zero. */
export function randomNetwork(draw: Draw): Network {
  const network = emptyNetwork()
  const inputs = { filters1: 9, filters2: FIRST * 9, dense: FLAT }
  for (const layer of ['filters1', 'filters2', 'dense'] as const) {
    const reach = Math.sqrt(6 / inputs[layer])
    network[layer].forEach((_, i, values) => {
      values[i] = (2 * draw() - 1) * reach
    })
  }
  return network
}

/** What a pass leaves for the way back. */
export type Pass = {
  image: Float64Array
  wide: Float64Array
  pooled: Float64Array
  chosen: Int32Array
  inner: Float64Array
  scores: Float64Array
}

/** One image of bytes through the network; the order of every sum is that of catalogue/digits. */
export function forward(net: Network, bytes: Uint8Array): Pass {
  const image = Float64Array.from(bytes, (byte) => byte / 256)
  const wide = convolve(image, SIDE, net.filters1, net.bias1)
  const { pooled, chosen } = pool(wide)
  const inner = convolve(pooled, POOLED, net.filters2, net.bias2)
  const scores = Float64Array.from({ length: CLASSES }, (_, k) => {
    let sum = at(net.bias3, k)
    for (let i = 0; i < FLAT; i++) sum += at(net.dense, k * FLAT + i) * at(inner, i)
    return sum
  })
  return { image, wide, pooled, chosen, inner, scores }
}

const at = (values: Float64Array, i: number): number => values[i] as number

/** Filters of 3 x 3 over `depth` planes of `side` x `side`; what is below zero becomes zero. */
function convolve(
  from: Float64Array,
  side: number,
  filters: Float64Array,
  bias: Float64Array,
): Float64Array {
  const out = side - 2
  const places = tapsOf(side, filters.length / bias.length)
  const to = new Float64Array(bias.length * out * out)
  for (let o = 0, f = 0; f < bias.length; f++)
    for (let y = 0; y < out; y++)
      for (let x = 0; x < out; x++, o++) {
        let sum = at(bias, f)
        const [weight, corner] = [f * places.length, y * side + x]
        for (let k = 0; k < places.length; k++)
          sum += at(filters, weight + k) * at(from, corner + (places[k] as number))
        to[o] = sum > 0 ? sum : 0
      }
  return to
}

/** Where the inputs of a filter lie, from its corner in the first plane: plane by plane, row by row. */
function tapsOf(side: number, count: number): Int32Array {
  return Int32Array.from(
    { length: count },
    (_, k) => (Math.floor(k / 9) * side + Math.floor((k % 9) / 3)) * side + (k % 3),
  )
}

/** The largest of each 2 x 2, and where it was. */
function pool(wide: Float64Array): { pooled: Float64Array; chosen: Int32Array } {
  const pooled = new Float64Array(FIRST * POOLED * POOLED)
  const chosen = new Int32Array(pooled.length)
  for (let i = 0; i < pooled.length; i++) {
    const [x, y] = [i % POOLED, Math.floor(i / POOLED) % POOLED]
    const corner = (Math.floor(i / (POOLED * POOLED)) * WIDE + 2 * y) * WIDE + 2 * x
    let best = corner
    for (const other of [corner + 1, corner + WIDE, corner + WIDE + 1])
      if (at(wide, other) > at(wide, best)) best = other
    pooled[i] = at(wide, best)
    chosen[i] = best
  }
  return { pooled, chosen }
}

/** Probabilities of the scores. */
export function softmax(scores: Float64Array): Float64Array {
  const most = Math.max(...scores)
  const powers = scores.map((score) => exp(score - most))
  const sum = powers.reduce((a, b) => a + b, 0)
  return powers.map((power) => power / sum)
}

/** e^x for x <= 0 by + - * / alone, since Math.exp may differ between engines. */
function exp(x: number): number {
  const y = Math.max(x, -44) / 64
  let sum = 1
  for (let n = 14; n > 0; n--) sum = 1 + (y * sum) / n
  for (let i = 0; i < 6; i++) sum *= sum
  return sum
}

/** The digit of the largest score. */
export function digitOf(scores: Float64Array): number {
  return scores.indexOf(Math.max(...scores))
}

/** Adds the slopes of the cross entropy of one labelled image to `slopes`. */
export function backward(net: Network, pass: Pass, label: number, slopes: Network): void {
  const up = softmax(pass.scores)
  up[label] = at(up, label) - 1
  const inner = new Float64Array(FLAT)
  for (let k = 0; k < CLASSES; k++) {
    add(slopes.bias3, k, at(up, k))
    for (let i = 0; i < FLAT; i++) {
      add(slopes.dense, k * FLAT + i, at(up, k) * at(pass.inner, i))
      add(inner, i, at(up, k) * at(net.dense, k * FLAT + i))
    }
  }
  const pooled = new Float64Array(pass.pooled.length)
  spread(
    { from: pass.pooled, side: POOLED, filters: net.filters2, out: pass.inner, slope: inner },
    slopes.filters2,
    slopes.bias2,
    pooled,
  )
  const wide = new Float64Array(pass.wide.length)
  pass.chosen.forEach((place, i) => {
    add(wide, place, at(pooled, i))
  })
  spread(
    { from: pass.image, side: SIDE, filters: net.filters1, out: pass.wide, slope: wide },
    slopes.filters1,
    slopes.bias1,
    undefined,
  )
}

function add(values: Float64Array, i: number, more: number): void {
  values[i] = at(values, i) + more
}

type Layer = {
  from: Float64Array
  side: number
  filters: Float64Array
  out: Float64Array
  slope: Float64Array
}

/** The way back through `convolve`: slopes of its filters, of its biases and, where wanted, of its input. */
function spread(
  { from, side, filters, out, slope }: Layer,
  toFilters: Float64Array,
  toBias: Float64Array,
  toFrom: Float64Array | undefined,
): void {
  const width = side - 2
  const places = tapsOf(side, filters.length / toBias.length)
  for (let o = 0; o < out.length; o++) {
    const s = at(slope, o)
    if (s === 0 || at(out, o) <= 0) continue
    const f = Math.floor(o / (width * width))
    const [weight, corner] = [
      f * places.length,
      (Math.floor(o / width) % width) * side + (o % width),
    ]
    add(toBias, f, s)
    for (let k = 0; k < places.length; k++) {
      const pixel = corner + (places[k] as number)
      add(toFilters, weight + k, s * at(from, pixel))
      if (toFrom !== undefined) add(toFrom, pixel, s * at(filters, weight + k))
    }
  }
}
