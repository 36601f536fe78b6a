import {
  type Bps,
  bps,
  type Hex,
  InvalidInputError,
  type Seconds,
  seconds,
  type Wei,
  wei,
} from '@millrace/base'

// Amounts, times and ids as people write and read them. Everything a flag takes is parsed here,
// and its error names the flag.

const COIN = 10n ** 18n

/** `1500000000000000000n` as `1.5`; at most `digits` decimals, rounded up so that a price never looks lower. */
export function formatCoins(amount: Wei | bigint, digits = 6): string {
  const unit = 10n ** BigInt(18 - digits)
  const rounded = ((amount + unit - 1n) / unit) * unit
  const whole = rounded / COIN
  const fraction = (rounded % COIN).toString().padStart(18, '0').slice(0, digits).replace(/0+$/, '')
  return fraction === '' ? whole.toString() : `${whole}.${fraction}`
}

/** @throws {InvalidInputError} */
export function parseCoins(text: string, field: string): Wei {
  const match = /^(\d{1,30})(?:\.(\d{1,18}))?$/.exec(text.replaceAll('_', ''))
  if (!match)
    throw new InvalidInputError({
      field,
      value: text,
      expected: 'an amount of coins such as 2 or 0.05, with at most 18 decimals',
    })
  const [, whole = '0', fraction = ''] = match
  return wei(BigInt(whole) * COIN + BigInt(fraction.padEnd(18, '0')))
}

const UNIT_SEC: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** `90s`, `10m`, `1h30m`, `2d`; a bare number is seconds. @throws {InvalidInputError} */
export function parseDuration(text: string, field: string): Seconds {
  const bad = () =>
    new InvalidInputError({ field, value: text, expected: 'a time such as 90s, 10m or 1h30m' })
  if (/^\d{1,9}$/.test(text)) return positive(Number(text), bad)
  if (!/^(\d{1,7}[smhd])+$/.test(text)) throw bad()
  const total = [...text.matchAll(/(\d+)([smhd])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (UNIT_SEC[unit ?? ''] ?? 0),
    0,
  )
  return positive(total, bad)
}

function positive(value: number, bad: () => Error): Seconds {
  if (value < 1) throw bad()
  return seconds(value)
}

/** `4.2 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatDuration(totalSec: number): string {
  if (totalSec < 60) return `${totalSec < 10 ? totalSec.toFixed(1) : Math.round(totalSec)} s`
  const whole = Math.round(totalSec)
  if (whole < 3600) return joinUnits(Math.floor(whole / 60), 'min', whole % 60, 's')
  return joinUnits(Math.floor(whole / 3600), 'h', Math.floor((whole % 3600) / 60), 'min')
}

function joinUnits(big: number, bigUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`
}

/** `90%`, `0.9` or `none`, as a probability; `none` is 0. @throws {InvalidInputError} */
export function parseTrust(text: string, field: string): number {
  if (text === 'none') return 0
  const bad = (expected: string) => new InvalidInputError({ field, value: text, expected })
  const match = /^(\d{1,3}(?:\.\d{1,7})?)(%?)$/.exec(text)
  if (!match) throw bad('a share such as 90%, or none')
  const trust = match[2] === '%' ? Number(match[1]) / 100 : Number(match[1])
  if (trust === 0)
    throw bad(
      'above 0: if the word of the pool is enough for you, ask for that by name with --trust none',
    )
  if (trust >= 1 && match[2] !== '%') throw bad(`a share: write ${text}% for ${text} percent`)
  if (trust >= 1)
    throw bad('below 100%: no number of workers gives certainty; 99.9% is a high trust')
  return trust
}

/** `95%` or `0.95`, above nothing and up to all, in basis points. @throws {InvalidInputError} */
export function parseShare(text: string, field: string): Bps {
  const isPercent = /^\d{1,3}(\.\d{1,2})?%$/.test(text)
  const isShare = /^[01](\.\d{1,4})?$/.test(text)
  const share = Math.round(Number.parseFloat(text) * (isPercent ? 100 : 10_000))
  if ((isPercent || isShare) && share >= 1 && share <= 10_000) return bps(share)
  throw new InvalidInputError({
    field,
    value: text,
    expected: 'a share such as 95%, from 0.01% to 100%, in steps of 0.01%',
  })
}

/** `94 %`, `99.97 %`: rounded down, so that trust never looks higher. */
export function formatTrust(trust: number): string {
  const percent = trust * 100
  const digits = percent >= 99.9 ? 3 : percent >= 99 ? 2 : percent >= 10 ? 0 : 1
  const factor = 10 ** digits
  return `${(Math.floor(percent * factor + 1e-6) / factor).toString()} %`
}

/** First digits of a hash or address, enough to recognise and to paste back. */
export function shortHex(hex: Hex | string, digits = 8): string {
  return hex.slice(0, 2 + digits)
}

/** `12.3 KiB`. */
export function formatBytes(count: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let value = count
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`
}

/** `1,234,567`. */
export function formatCount(value: number | bigint): string {
  return value.toString().replace(/\B(?=(\d{3})+$)/g, ',')
}

/** `2026-03-01 12:00:05` in UTC, from seconds since 1970. */
export function formatTime(atSec: number): string {
  return new Date(atSec * 1000).toISOString().slice(0, 19).replace('T', ' ')
}
