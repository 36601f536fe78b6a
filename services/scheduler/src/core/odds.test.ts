import type { Address, Hex32 } from '@millrace/base'
import { oddsOfTrust, WAD } from '@millrace/protocol'
import { describe, expect, it } from 'vitest'
import { acceptedGroup, isHopeful, type Tally, votesMissing } from './odds.ts'

const FRESH = 4n * WAD
const group = (n: number, odds: bigint, count = 1) => ({
  tag: `0x${n.toString().padStart(64, '0')}` as Hex32,
  odds,
  workers: Array.from({ length: count }, (_, i) => `0x${i}` as Address),
})
const votes = (tally: Partial<Tally>): Tally => ({
  groups: [],
  pending: [],
  isUnknown: false,
  ...tally,
})

describe('counting votes', () => {
  it('accepts two fresh workers that agree at 90 %, not one', () => {
    const minOdds = oddsOfTrust(0.9)
    expect(acceptedGroup(votes({ groups: [group(1, FRESH)] }), minOdds)).toBeUndefined()
    expect(acceptedGroup(votes({ groups: [group(1, 16n * WAD, 2)] }), minOdds)?.tag).toBe(
      group(1, 0n).tag,
    )
  })

  it('hopes as long as what is pending could bring the best group there', () => {
    const minOdds = oddsOfTrust(0.9)
    expect(isHopeful(votes({ groups: [group(1, FRESH)], pending: [FRESH] }), minOdds)).toBe(true)
    expect(isHopeful(votes({ groups: [group(1, FRESH), group(2, FRESH)] }), minOdds)).toBe(false)
    expect(isHopeful(votes({}), 0n)).toBe(false)
  })

  it('tells how many more agreeing workers are missing', () => {
    const missing = (tally: Partial<Tally>, trust: number) =>
      votesMissing(votes(tally), { minOdds: oddsOfTrust(trust), odds: FRESH, max: 64 })
    expect(missing({}, 0.9)).toBe(2)
    expect(missing({ pending: [FRESH] }, 0.9)).toBe(1)
    expect(missing({ groups: [group(1, FRESH), group(2, FRESH)] }, 0.9)).toBe(2)
    expect(missing({}, 0.999)).toBe(5)
  })

  it('says when no number of them would do', () => {
    const options = { minOdds: oddsOfTrust(0.9), odds: WAD, max: 64 }
    expect(votesMissing(votes({}), options)).toBeUndefined()
  })
})
