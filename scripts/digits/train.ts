import { seededRandom } from '@millrace/base'
import { type Draw, drawDigit } from './drawDigit.ts'
import {
  backward,
  digitOf,
  emptyNetwork,
  forward,
  LAYERS,
  type Network,
  randomNetwork,
} from './network.ts'

export type Labelled = { label: number; bytes: Uint8Array }

/** Steps of a weight: 1 / 4096, so that all fit in 16 bits. */
export const WEIGHT_STEPS = 4096

/** Numbers that only the seed decides. */
export const drawFrom = (seed: number): Draw => seededRandom(seed).float

/** `count` drawings, each digit equally often. */
export function drawings(count: number, draw: Draw): Labelled[] {
  return Array.from({ length: count }, (_, i) => ({
    label: i % 10,
    bytes: drawDigit(i % 10, draw),
  }))
}

/** How a network is trained; the same recipe always gives the same weights. */
export type Recipe = { seed: number; drawings: number; rounds: number; batch: number; rate: number }
export const RECIPE: Recipe = { seed: 1, drawings: 4000, rounds: 5, batch: 16, rate: 0.06 }

/** Stochastic gradient descent with momentum; the rate falls to nothing over the rounds. */
export function train(recipe: Recipe, onRound: (round: number) => void = () => {}): Network {
  const draw = drawFrom(recipe.seed)
  const data = drawings(recipe.drawings, draw)
  const net = randomNetwork(draw)
  const speed = emptyNetwork()
  const steps = Math.floor(data.length / recipe.batch)
  for (let round = 0; round < recipe.rounds; round++) {
    shuffle(data, draw)
    for (let s = 0; s < steps; s++) {
      const left = 1 - (round * steps + s) / (recipe.rounds * steps)
      step(net, speed, data.slice(s * recipe.batch, (s + 1) * recipe.batch), recipe.rate * left)
    }
    onRound(round)
  }
  return rounded(net)
}

function step(net: Network, speed: Network, batch: readonly Labelled[], rate: number): void {
  const slopes = emptyNetwork()
  for (const { label, bytes } of batch) backward(net, forward(net, bytes), label, slopes)
  for (const layer of LAYERS)
    for (let i = 0; i < net[layer].length; i++) {
      const [slope, old] = [slopes[layer][i] as number, speed[layer][i] as number]
      const next = 0.9 * old - (rate * slope) / batch.length
      speed[layer][i] = next
      net[layer][i] = (net[layer][i] as number) + next
    }
}

/** Fisher and Yates, in place. */
export function shuffle(data: Labelled[], draw: Draw): void {
  for (let i = data.length - 1; i > 0; i--) {
    const k = Math.floor(draw() * (i + 1))
    const [a, b] = [data[i] as Labelled, data[k] as Labelled]
    data[i] = b
    data[k] = a
  }
}

/** Weights at whole steps, as the program has them. */
function rounded(net: Network): Network {
  for (const layer of LAYERS)
    net[layer] = net[layer].map((value) => {
      const steps = Math.round(value * WEIGHT_STEPS)
      // Adding 0 turns a negative zero, which the header does not know, into zero.
      return Math.min(32767, Math.max(-32768, steps)) / WEIGHT_STEPS + 0
    })
  return net
}

/** Share of the images that the network names right. */
export function accuracy(net: Network, data: readonly Labelled[]): number {
  const right = data.filter(({ label, bytes }) => digitOf(forward(net, bytes).scores) === label)
  return right.length / data.length
}
