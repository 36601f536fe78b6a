import { BaseError } from '@millrace/base'

/** Names of the contract's errors; see contracts/src/interfaces/IClassAds.sol. */
export type AdFault =
  | 'AdTruncated'
  | 'AdVersionUnknown'
  | 'TooManyAttributes'
  | 'AttributesNotAscending'
  | 'BadAttribute'
  | 'ProgramTruncated'
  | 'BadInstruction'
  | 'ProgramTooLong'
  | 'ProgramTooDeep'
  | 'ProgramUnbalanced'

/** Which bytes are meant: the left or own ad, the right or other ad, the program of `evaluate`. */
export const SIDE = { left: 0, right: 1, program: 2 } as const
export type Side = (typeof SIDE)[keyof typeof SIDE]

const SIDE_NAMES = ['left ad', 'right ad', 'program']

const SAYS: Record<AdFault, (value: number) => string> = {
  AdTruncated: (length) => `ends after ${length} bytes, before its attributes do`,
  AdVersionUnknown: (version) => `has format ${version}, but only 1 is known`,
  TooManyAttributes: (count) => `has ${count} attributes, at most 32 are allowed`,
  AttributesNotAscending: (offset) =>
    `has a name at byte ${offset} that is not after the one before`,
  BadAttribute: (offset) => `has an attribute at byte ${offset} whose kind or value is none`,
  ProgramTruncated: (offset) => `ends inside the instruction at byte ${offset}`,
  BadInstruction: (offset) => `has no instruction at byte ${offset}`,
  ProgramTooLong: (offset) => `has a 65th instruction, at byte ${offset}`,
  ProgramTooDeep: (offset) => `has 16 values waiting at byte ${offset} and adds another`,
  ProgramUnbalanced: (offset) => `lacks a value, or has one too many, at byte ${offset}`,
}

/** Bytes that are no ad or no program; the contract refuses them with the error of the same name. */
export class AdEncodingError extends BaseError {
  /** That of the contract's error: `AD_TRUNCATED` of `AdTruncated`. */
  readonly code: string
  readonly fault: AdFault
  readonly side: Side
  /** Offset, length, version or count, by fault. */
  readonly value: number
  constructor(fault: AdFault, side: Side, value: number) {
    const code = fault.replace(/(?<=[a-z])[A-Z]/g, '_$&').toUpperCase()
    super(`The ${SIDE_NAMES[side]} ${SAYS[fault](value)}.`, {
      meta: { side: SIDE_NAMES[side], value },
      hints: ['Write ads with compileAd of @millrace/protocol.'],
      docs: code.toLowerCase().replaceAll('_', '-'),
    })
    this.code = code
    this.fault = fault
    this.side = side
    this.value = value
  }
}
