import { type Address, address, type Hex32 } from '@millrace/base'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { drawJury } from './drawJury.ts'

const jurorAt = (i: number): Address => address(`0x${(i + 1).toString(16).padStart(40, '0')}`)
const seed = fc
  .bigInt({ min: 0n, max: 2n ** 256n - 1n })
  .map((n) => `0x${n.toString(16).padStart(64, '0')}` as Hex32)

it('draws nobody twice, nobody who may not serve, and no more than asked for', () => {
  fc.assert(
    fc.property(seed, fc.array(fc.boolean(), { maxLength: 40 }), fc.nat(31), (s, able, wanted) => {
      const places = able.map((_, i) => jurorAt(i))
      const canServe = (juror: Address) => able[places.indexOf(juror)] === true
      const { jurors, tried } = drawJury({ seed: s, places, wanted, canServe })
      expect(new Set(jurors).size).toBe(jurors.length)
      expect(jurors.every(canServe)).toBe(true)
      expect(jurors.length).toBeLessThanOrEqual(wanted)
      expect(tried).toBeLessThanOrEqual(512)
      // Who is missing could not be found in as many tries as there are.
      if (jurors.length < wanted && places.length > 0) expect(tried).toBe(512)
    }),
  )
})

it('a seat that drops out moves nobody: the others stay, and the next of the seed comes in', () => {
  fc.assert(
    fc.property(seed, fc.integer({ min: 4, max: 30 }), fc.nat(2), (s, count, gone) => {
      const places = Array.from({ length: count }, (_, i) => jurorAt(i))
      const all = drawJury({ seed: s, places, wanted: 3, canServe: () => true }).jurors
      const lost = all[gone]
      const { jurors } = drawJury({ seed: s, places, wanted: 3, canServe: (j) => j !== lost })
      for (const juror of all) if (juror !== lost) expect(jurors).toContain(juror)
    }),
  )
})

it('who owns a share of the seats gets that share of a jury, and dropping own seats gives no more', () => {
  const places = Array.from({ length: 60 }, (_, i) => jurorAt(i))
  const isOwn = (juror: Address) => places.indexOf(juror) < 20
  let [own, own2] = [0, 0]
  for (let i = 0; i < 3000; i++) {
    const s = `0x${i.toString(16).padStart(64, '0')}` as Hex32
    const first = drawJury({ seed: s, places, wanted: 3, canServe: () => true }).jurors
    const dropped = first.find(isOwn)
    const second = drawJury({ seed: s, places, wanted: 3, canServe: (j) => j !== dropped }).jurors
    own += first.filter(isOwn).length
    own2 += second.filter(isOwn).length
    expect(second.filter(isOwn).length).toBeLessThanOrEqual(first.filter(isOwn).length)
  }
  expect(own / 9000).toBeGreaterThan(0.31)
  expect(own / 9000).toBeLessThan(0.36)
  expect(own2).toBeLessThan(own)
})
