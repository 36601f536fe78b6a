import type { Brand } from './brand.ts'
import { InvalidInputError } from './errors.ts'

/** `0x` and lower-case hexadecimal digits. */
export type Hex = `0x${string}`
/** 32 bytes. */
export type Hex32 = Brand<Hex, 'Hex32'>
/** 20 bytes, lower case, without checksum capitals. */
export type Address = Brand<Hex, 'Address'>
/** `keccak256(abi.encode(DealTerms))`. */
export type DealId = Brand<Hex32, 'DealId'>
/** `keccak256(abi.encode(dealId, index))`. */
export type TaskId = Brand<Hex32, 'TaskId'>
/** What workers vote on: sha256 of a result, see docs/protocol/digest.md. */
export type ResultDigest = Brand<Hex32, 'ResultDigest'>
/** EIP-712 struct hash of an order. */
export type OrderHash = Brand<Hex32, 'OrderHash'>
/** Hash of a transaction. */
export type TxHash = Brand<Hex32, 'TxHash'>

export const ZERO_ADDRESS = `0x${'0'.repeat(40)}` as Address
export const ZERO_HEX32 = `0x${'0'.repeat(64)}` as Hex32

/** @throws {InvalidInputError} `INVALID_INPUT` */
export function hex32(value: string, field = 'hash'): Hex32 {
  if (!/^0x[0-9a-fA-F]{64}$/.test(value))
    throw new InvalidInputError({ field, value, expected: '0x and 64 hexadecimal digits' })
  return value.toLowerCase() as Hex32
}

/** @throws {InvalidInputError} `INVALID_INPUT` */
export function address(value: string, field = 'address'): Address {
  if (!/^0x[0-9a-fA-F]{40}$/.test(value))
    throw new InvalidInputError({ field, value, expected: '0x and 40 hexadecimal digits' })
  return value.toLowerCase() as Address
}

/** @throws {InvalidInputError} `INVALID_INPUT` */
export const dealId = (value: string, field = 'deal'): DealId => hex32(value, field) as DealId
/** @throws {InvalidInputError} `INVALID_INPUT` */
export const taskId = (value: string, field = 'task'): TaskId => hex32(value, field) as TaskId
/** @throws {InvalidInputError} `INVALID_INPUT` */
export const resultDigest = (value: string, field = 'digest'): ResultDigest =>
  hex32(value, field) as ResultDigest
/** @throws {InvalidInputError} `INVALID_INPUT` */
export const orderHash = (value: string, field = 'order'): OrderHash =>
  hex32(value, field) as OrderHash
/** @throws {InvalidInputError} `INVALID_INPUT` */
export const txHash = (value: string, field = 'transaction'): TxHash =>
  hex32(value, field) as TxHash
