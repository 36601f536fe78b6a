import { describe, expect, it } from 'vitest'
import { drawDigit } from './drawDigit.ts'
import { headerOf, networkOf } from './header.ts'
import { backward, emptyNetwork, forward, LAYERS, randomNetwork, softmax } from './network.ts'
import { sheetOf } from './sheet.ts'
import { accuracy, drawFrom, drawings, train } from './train.ts'

const bytes = drawDigit(4, drawFrom(3))

describe('a drawing', () => {
  it('has ink on paper, and is the same for the same seed only', () => {
    expect(Math.max(...bytes)).toBeGreaterThan(100)
    expect(bytes.filter((byte) => byte < 60).length).toBeGreaterThan(100)
    expect(drawDigit(4, drawFrom(3))).toEqual(bytes)
    expect(drawDigit(4, drawFrom(4))).not.toEqual(bytes)
  })

  it('lies in its cell of a sheet, whose head says what it is', () => {
    const digits = drawings(4, drawFrom(8))
    const sheet = sheetOf(digits, 2)
    const head = 'P5\n# truth 0123\n32 32\n255\n'
    expect(new TextDecoder().decode(sheet.subarray(0, head.length))).toBe(head)
    const last = digits[3]?.bytes as Uint8Array
    const pixel = head.length + (16 + 9) * 32 + 16 + 5
    expect(sheet[pixel]).toBe(last[9 * 16 + 5])
  })
})

describe('the network', () => {
  it('has the slopes that a small change of each weight shows', () => {
    const net = randomNetwork(drawFrom(5))
    const slopes = emptyNetwork()
    backward(net, forward(net, bytes), 4, slopes)
    const loss = () => -Math.log(softmax(forward(net, bytes).scores)[4] as number)
    for (const layer of LAYERS) {
      const i = Math.floor(net[layer].length / 3)
      const value = net[layer][i] as number
      const sides = [1e-5, -1e-5].map((step) => {
        net[layer][i] = value + step
        return loss()
      })
      net[layer][i] = value
      const slope = ((sides[0] as number) - (sides[1] as number)) / 2e-5
      expect(slopes[layer][i], layer).toBeCloseTo(slope, 6)
    }
  })

  it('has probabilities within the last digits of the exponential', () => {
    const scores = Float64Array.of(1, -3, 0.25, 12)
    const powers = Array.from(scores, (score) => Math.exp(score))
    const sum = powers.reduce((a, b) => a + b)
    softmax(scores).forEach((p, k) => {
      expect(p).toBeCloseTo((powers[k] as number) / sum, 13)
    })
  })

  it('learns, the same from the same recipe, and survives the way through a header', () => {
    const recipe = { seed: 2, drawings: 60, rounds: 8, batch: 6, rate: 0.05 }
    const net = train(recipe)
    expect(accuracy(net, drawings(60, drawFrom(2)))).toBeGreaterThan(0.5)
    expect(networkOf(headerOf(net))).toEqual(net)
    expect(headerOf(train(recipe))).toBe(headerOf(net))
  })
})
