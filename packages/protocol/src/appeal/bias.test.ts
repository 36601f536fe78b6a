import { type Address, address, type Hex32 } from '@millrace/base'
import { expect, it } from 'vitest'
import { captureChance, captureChanceOf, choicesOfProposer, choicesOfRevealers } from './bias.ts'
import { drawJury } from './drawJury.ts'
import { seatsOfRound } from './rules.ts'

const THIRD = 1 / 3
const places = Array.from({ length: 300 }, (_, i) =>
  address(`0x${(i + 1).toString(16).padStart(40, '0')}`),
)
const isOwn = (juror: Address) => Number(BigInt(juror)) <= 100
const hasMajority = (draw: number): boolean => {
  const seed = `0x${draw.toString(16).padStart(64, '0')}` as Hex32
  const { jurors } = drawJury({ seed, places, wanted: 3, canServe: () => true })
  return jurors.filter(isOwn).length >= 2
}

it('a third of all seats takes a first jury with 7 in 27, and a last one with less than 3 in 100', () => {
  expect(captureChance(3, THIRD)).toBeCloseTo(7 / 27, 10)
  expect(captureChance(seatsOfRound(3), THIRD)).toBeLessThan(0.03)
  expect(captureChance(seatsOfRound(3), 0.1)).toBeLessThan(1e-7)
})

it('grows safer with every round as long as the honest own more than half', () => {
  for (const share of [0.1, 0.25, THIRD, 0.45])
    for (let round = 0; round < 3; round++)
      expect(captureChance(seatsOfRound(round + 1), share)).toBeLessThan(
        captureChance(seatsOfRound(round), share),
      )
})

it.each([0, 1, 2, 4])(
  'a proposer that drops %i blocks has the best of one more draw',
  (dropped) => {
    const choices = choicesOfProposer(dropped)
    const expected = captureChanceOf(choices, 3, THIRD)
    let captured = 0
    for (let trial = 0; trial < 2000; trial++)
      if (Array.from({ length: choices }, (_, i) => trial * choices + i).some(hasMajority))
        captured++
    expect(captured / 2000).toBeGreaterThan(expected - 0.04)
    expect(captured / 2000).toBeLessThan(expected + 0.04)
  },
)

it('the last revealer doubles its draws with each deposit that it gives up', () => {
  expect([0, 1, 2, 3].map(choicesOfRevealers)).toEqual([1, 2, 4, 8])
  // With a third of all seats: from 26 % to 45 % for one deposit, to 70 % for two.
  expect(captureChanceOf(choicesOfRevealers(1), 3, THIRD)).toBeCloseTo(0.451, 3)
  expect(captureChanceOf(choicesOfRevealers(2), 3, THIRD)).toBeCloseTo(0.699, 3)
  // A second appeal to seven, drawn anew, brings it back down.
  expect(captureChanceOf(2, 7, THIRD)).toBeLessThan(0.32)
})
