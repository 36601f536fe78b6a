import { wei } from '@millrace/base'
import type { OfferStanding } from '@millrace/wire'
import { describe, expect, it } from 'vitest'
import { en } from '../language/en.ts'
import { zh } from '../language/zh.ts'
import { offersText } from './offersText.ts'

const NONE = { price: 0, time: 0, reliability: 0, trust: 0, energy: 0 }
const standing = (digit: string, change: Partial<OfferStanding>): OfferStanding => ({
  order: `0x${digit.repeat(64)}` as OfferStanding['order'],
  pool: `0x${digit.repeat(40)}` as OfferStanding['pool'],
  costPerTask: wei(10n ** 15n),
  values: { price: 1e15 },
  evidence: { deals: 0, tasks: 0, votes: 0 },
  net: 0,
  byCriterion: NONE,
  ...change,
})

const quick = standing('a', {
  values: { price: 1e15, time: 75, reliability: 0.995 },
  evidence: { deals: 4, tasks: 400, votes: 1 },
  net: 0.3,
  byCriterion: { ...NONE, time: 0.5, price: -0.2, energy: -0.001 },
  lead: 'better',
})
const slow = standing('b', { net: -0.3 })
const weights = { price: 2, time: 3, trust: 1, energy: 1 }

describe('offersText', () => {
  it('says in words and numbers why an offer was chosen', () => {
    expect(offersText([quick, slow], weights, en).split('\n')).toEqual([
      'POOL        COINS A TASK  TIME        IN TIME  RIGHT  POWER  BALANCE',
      '0xaaaaaaaa  0.001         1 min 15 s  99.5 %   ?      ?      +0.30',
      '0xbbbbbbbb  0.001         ?           ?        ?      ?      -0.30',
      'Chosen: 0xaaaaaaaa, the best of 2 offers that fit, by price 2, time 3, trust 1, energy 1.',
      'For it: time (+0.50).',
      'Against it: price (-0.20).',
      'Not known, and counted neither way: trust (1 vote seen that met another), energy (the pool declares no WattsPerSlot).',
      'Ahead of 0xbbbbbbbb: as much or more speaks for it, and as little or less against it.',
    ])
  })

  it('says when there was nothing to choose from, or nothing between two', () => {
    expect(offersText([slow], { price: 1 }, en)).toContain('only one')
    const dearer = standing('c', { costPerTask: wei(2n * 10n ** 15n) })
    const equal = offersText([{ ...slow, lead: 'equal' }, dearer], { time: 1 }, en)
    expect(equal).toContain('0xcccccccc is as good; this one is cheaper.')
    const close = offersText([{ ...quick, lead: 'incomparable' }, slow], weights, en)
    expect(close).toContain('on balance only')
  })

  it('says it in Chinese', () => {
    const text = offersText([quick, slow], weights, zh)
    expect(text).toContain('已选：0xaaaaaaaa')
    expect(text).toContain('有利：用时 (+0.50)。')
    expect(text).toContain('可信度（只见过 1 张可与他人对照的票）')
  })
})
