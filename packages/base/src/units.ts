import type { Brand } from './brand.ts'

/** Amount of money in the token's base unit. JSON form: decimal string. */
export type Wei = Brand<bigint, 'Wei'>
/** Point in time, whole seconds since 1970, as on chain. */
export type UnixSeconds = Brand<number, 'UnixSeconds'>
/** Length of time in whole seconds. */
export type Seconds = Brand<number, 'Seconds'>
/** Ratio in hundredths of a percent, 0 to 10 000. */
export type Bps = Brand<number, 'Bps'>

// Units throw RangeError: a negative amount is our bug, not the world's.

/** @throws {RangeError} unless 0 <= value < 2^256. */
export function wei(value: bigint): Wei {
  if (value < 0n || value >= 1n << 256n) throw new RangeError(`wei out of range: ${value}`)
  return value as Wei
}

/** @throws {RangeError} unless a whole number below 2^48. */
export function unixSeconds(value: number): UnixSeconds {
  return uint48(value, 'unixSeconds') as UnixSeconds
}

/** @throws {RangeError} unless a whole number below 2^48. */
export function seconds(value: number): Seconds {
  return uint48(value, 'seconds') as Seconds
}

/** @throws {RangeError} unless a whole number from 0 to 10 000. */
export function bps(value: number): Bps {
  if (!Number.isInteger(value) || value < 0 || value > 10_000)
    throw new RangeError(`bps out of range: ${value}`)
  return value as Bps
}

function uint48(value: number, unit: string): number {
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** 48)
    throw new RangeError(`${unit} out of range: ${value}`)
  return value
}
