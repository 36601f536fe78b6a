import { wei } from '@millrace/base'
import { describe, expect, it } from 'vitest'
import {
  formatBytes,
  formatCoins,
  formatCount,
  formatDuration,
  formatTrust,
  parseCoins,
  parseDuration,
  parseShare,
  parseTrust,
} from './format.ts'

describe('coins', () => {
  it.each([
    ['2', 2_000_000_000_000_000_000n],
    ['0.05', 50_000_000_000_000_000n],
    ['1_000', 1_000_000_000_000_000_000_000n],
    ['0.000000000000000001', 1n],
  ])('reads %s', (text, amount) => {
    expect(parseCoins(text, 'amount')).toBe(amount)
  })

  it.each(['', '-1', '1e5', '.5', '1.', '0.0000000000000000001', 'ten'])('refuses %j', (text) => {
    expect(() => parseCoins(text, '--max-price')).toThrow(/--max-price is .* must be an amount/)
  })

  it('never shows a price lower than it is', () => {
    expect(formatCoins(wei(1n))).toBe('0.000001')
    expect(formatCoins(wei(1_500_000_000_000_000_000n))).toBe('1.5')
    expect(formatCoins(wei(0n))).toBe('0')
  })
})

describe('times', () => {
  it.each([
    ['90', 90],
    ['90s', 90],
    ['10m', 600],
    ['1h30m', 5400],
    ['2d', 172_800],
  ])('reads %s', (text, sec) => {
    expect(parseDuration(text, '--deadline')).toBe(sec)
  })

  it.each(['0', '0s', '', 'm', '10 m', '-5s', '1y'])('refuses %j', (text) => {
    expect(() => parseDuration(text, '--deadline')).toThrow(/--deadline/)
  })

  it.each([
    [0.42, '0.4 s'],
    [42, '42 s'],
    [200, '3 min 20 s'],
    [180, '3 min'],
    [7500, '2 h 5 min'],
  ])('shows %d', (sec, text) => {
    expect(formatDuration(sec)).toBe(text)
  })
})

describe('shares', () => {
  it.each([
    ['95%', 9500],
    ['0.57', 5700],
    ['99.99%', 9999],
    ['0.01%', 1],
    ['100%', 10_000],
    ['1', 10_000],
  ])('reads %s', (text, share) => {
    expect(parseShare(text, '--sla')).toBe(share)
  })

  it.each(['95', '0', '0%', '100.01%', '1.1', '0.00001', 'most', '-5%', ''])(
    'refuses %s',
    (text) => {
      expect(() => parseShare(text, '--sla')).toThrow(/--sla/)
    },
  )
})

describe('trust', () => {
  it.each([
    ['90%', 0.9],
    ['0.9', 0.9],
    ['99.97%', 0.9997],
    ['none', 0],
  ])('reads %s', (text, trust) => {
    expect(parseTrust(text, '--trust')).toBeCloseTo(trust, 10)
  })

  it.each(['0', '0%', '0.0'])('says for %s that no trust is asked for by name', (text) => {
    expect(() => parseTrust(text, '--trust')).toThrow(/--trust none/)
  })

  it('says for a bare 90 how to write 90 percent', () => {
    expect(() => parseTrust('90', '--trust')).toThrow(/write 90%/)
  })

  it.each(['100%', '150%', 'all', '-1%', '9e1%'])('refuses %s', (text) => {
    expect(() => parseTrust(text, '--trust')).toThrow(/--trust/)
  })

  it('never shows trust higher than it is', () => {
    expect(formatTrust(0.941)).toBe('94 %')
    expect(formatTrust(0.9999)).toBe('99.99 %')
    expect(formatTrust(0.999999)).toBe('99.999 %')
  })
})

it('shows sizes and counts as people write them', () => {
  expect(formatBytes(512)).toBe('512 B')
  expect(formatBytes(1536)).toBe('1.5 KiB')
  expect(formatCount(1_234_567n)).toBe('1,234,567')
})
