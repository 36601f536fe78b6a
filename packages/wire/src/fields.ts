import {
  type Address,
  type DealId,
  type Hex,
  type Hex32,
  type OrderHash,
  type ResultDigest,
  type Seconds,
  type TaskId,
  type TxHash,
  type UnixSeconds,
  wei,
} from '@millrace/base'
import { z } from 'zod'

// JSON forms: amounts and 64-bit numbers as decimal strings, hashes as 0x lower case, times as
// whole seconds. Parsing gives the branded types; nobody else converts.

const MAX_UINT256 = (1n << 256n) - 1n

const hex = (digits: number, what: string) =>
  z
    .string()
    .regex(
      new RegExp(`^0x[0-9a-fA-F]{${digits}}$`),
      `must be ${what}: 0x and ${digits} hexadecimal digits`,
    )
    .transform((value) => value.toLowerCase())

export const zAddress = hex(40, 'an address').transform((value) => value as Address)
export const zHex32 = hex(64, 'a hash').transform((value) => value as Hex32)
export const zDealId = zHex32.transform((value) => value as DealId)
export const zTaskId = zHex32.transform((value) => value as TaskId)
export const zOrderHash = zHex32.transform((value) => value as OrderHash)
export const zResultDigest = zHex32.transform((value) => value as ResultDigest)
export const zTxHash = zHex32.transform((value) => value as TxHash)
export const zHex = z
  .string()
  .regex(/^0x([0-9a-fA-F]{2})*$/, 'must be 0x and pairs of hexadecimal digits')
  .transform((value) => value.toLowerCase() as Hex)

/** Decimal string of an unsigned integer. */
export const zBigint = z
  .string()
  .regex(/^\d{1,78}$/, 'must be a whole number in decimal digits')
  .transform((value) => BigInt(value))
  .refine((value) => value <= MAX_UINT256, 'must be below 2^256')
export const zWei = zBigint.transform((value) => wei(value))
export const zUnixSeconds = z
  .int()
  .min(0)
  .transform((value) => value as UnixSeconds)
export const zSeconds = z
  .int()
  .min(0)
  .transform((value) => value as Seconds)
export const zUint32 = z.int().min(0).max(0xffff_ffff)
/** A CID in base32 or base58, checked in full by @millrace/storage. */
export const zCid = z.string().regex(/^[a-zA-Z0-9]{46,120}$/, 'must be a content id (CID)')
