import { address, type ResultDigest } from '@millrace/base'
import { describe, expect, it } from 'vitest'
import {
  appealBond,
  hasVerdict,
  isJurorRight,
  isUpheld,
  jurorRisk,
  juryBallot,
  juryFee,
  juryIdOf,
  seatsOfRound,
  UNABLE,
} from './rules.ts'

const digest = (n: number) => `0x${n.toString(16).padStart(64, '0')}` as ResultDigest
const [settled, other] = [digest(7), digest(8)]

it('doubles the jury from round to round, and the bond with it', () => {
  expect([0, 1, 2, 3, 4].map(seatsOfRound)).toEqual([3, 7, 15, 31, 63])
  expect([0, 1, 4].map((round) => appealBond(10n, round))).toEqual([30n, 70n, 630n])
})

it('pays a juror at least what the task pays its workers', () => {
  expect(juryFee(1000n, 20n)).toBe(50n)
  expect(juryFee(1000n, 51n)).toBe(51n)
  expect(juryFee(1n, 0n)).toBe(1n)
  expect(jurorRisk(1000n)).toBe(250n)
  expect(jurorRisk(1n)).toBe(1n)
})

describe('a verdict needs', () => {
  it('more than half of the seats revealed', () => {
    expect(hasVerdict({ wanted: 3, revealed: 2, best: 2 })).toBe(true)
    expect(hasVerdict({ wanted: 3, revealed: 1, best: 1 })).toBe(false)
    expect(hasVerdict({ wanted: 4, revealed: 2, best: 2 })).toBe(false)
  })

  it('more than half of those the same', () => {
    expect(hasVerdict({ wanted: 3, revealed: 3, best: 2 })).toBe(true)
    expect(hasVerdict({ wanted: 3, revealed: 3, best: 1 })).toBe(false)
    expect(hasVerdict({ wanted: 7, revealed: 4, best: 2 })).toBe(false)
  })
})

it('a result stands if the jury says the same, or could not run the task', () => {
  expect(isUpheld(settled, settled)).toBe(true)
  expect(isUpheld(settled, UNABLE)).toBe(true)
  expect(isUpheld(settled, other)).toBe(false)
})

it('a juror is right with the verdict, and never wrong to confirm what stands', () => {
  expect(isJurorRight({ settled, verdict: other }, other)).toBe(true)
  expect(isJurorRight({ settled, verdict: other }, settled)).toBe(false)
  expect(isJurorRight({ settled, verdict: UNABLE }, settled)).toBe(true)
  expect(isJurorRight({ settled, verdict: settled }, UNABLE)).toBe(false)
  expect(isJurorRight({ settled, verdict: settled }, undefined)).toBe(false)
})

it('a ballot copied by another juror, or shown to another jury, is another ballot', () => {
  const ballot = {
    juryId: juryIdOf(digest(1) as never, 0),
    juror: address(`0x${'a'.repeat(40)}`),
    digest: settled,
    salt: digest(9),
  }
  const copies = [
    { ...ballot, juror: address(`0x${'b'.repeat(40)}`) },
    { ...ballot, juryId: juryIdOf(digest(1) as never, 1) },
    { ...ballot, digest: other },
    { ...ballot, salt: digest(10) },
  ]
  expect(new Set([ballot, ...copies].map(juryBallot)).size).toBe(5)
})
