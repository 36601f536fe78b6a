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
    const target = { minOdds: oddsOfTrust(0.9), minVotes: 1 }
    expect(acceptedGroup(votes({ groups: [group(1, FRESH)] }), target)).toBeUndefined()
    expect(acceptedGroup(votes({ groups: [group(1, 16n * WAD, 2)] }), target)?.tag).toBe(
      group(1, 0n).tag,
    )
  })

  it('hopes as long as what is pending could bring the best group there', () => {
    const target = { minOdds: oddsOfTrust(0.9), minVotes: 1 }
    expect(isHopeful(votes({ groups: [group(1, FRESH)], pending: [FRESH] }), target)).toBe(true)
    expect(isHopeful(votes({ groups: [group(1, FRESH), group(2, FRESH)] }), target)).toBe(false)
    expect(isHopeful(votes({}), { minOdds: 0n, minVotes: 1 })).toBe(false)
  })

  it('tells how many more agreeing workers are missing', () => {
    const missing = (tally: Partial<Tally>, trust: number) =>
      votesMissing(votes(tally), { minOdds: oddsOfTrust(trust), minVotes: 1, odds: FRESH, max: 64 })
    expect(missing({}, 0.9)).toBe(2)
    expect(missing({ pending: [FRESH] }, 0.9)).toBe(1)
    expect(missing({ groups: [group(1, FRESH), group(2, FRESH)] }, 0.9)).toBe(2)
    expect(missing({}, 0.999)).toBe(5)
  })

  it('wants a second worker to agree even with one that is believed alone', () => {
    const target = { minOdds: oddsOfTrust(0.9), minVotes: 2 }
    const PROVEN = 1000n * WAD
    const alone = votes({ groups: [group(1, PROVEN)] })
    expect(acceptedGroup(alone, target)).toBeUndefined()
    expect(isHopeful(alone, target)).toBe(false)
    expect(isHopeful({ ...alone, pending: [FRESH] }, target)).toBe(true)
    expect(votesMissing(alone, { ...target, odds: FRESH, max: 64 })).toBe(1)
    expect(acceptedGroup(votes({ groups: [group(1, PROVEN, 2)] }), target)).toBeDefined()
  })

  it('says when no number of them would do', () => {
    const options = { minOdds: oddsOfTrust(0.9), minVotes: 1, odds: WAD, max: 64 }
    expect(votesMissing(votes({}), options)).toBeUndefined()
  })
})
