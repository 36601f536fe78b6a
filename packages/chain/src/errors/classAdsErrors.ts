import { contractErrorClass } from './contractError.ts'

const SIDES = ['left ad', 'right ad', 'program']
const sideOf = (side: number): string => SIDES[side] ?? `part ${side}`
const COMPILE = 'Write ads with compileAd of @millrace/protocol.'

export const AdTruncatedError = contractErrorClass(
  'AdTruncated',
  ({ side, length }) => `The ${sideOf(side)} ends after ${length} bytes, before its attributes do.`,
  COMPILE,
)

export const AdVersionUnknownError = contractErrorClass(
  'AdVersionUnknown',
  ({ side, version }) => `The ${sideOf(side)} has format ${version}, but only 1 is known.`,
  COMPILE,
)

export const TooManyAttributesError = contractErrorClass(
  'TooManyAttributes',
  ({ side, count }) => `The ${sideOf(side)} has ${count} attributes, at most 32 are allowed.`,
  'Leave out what no other ad asks for.',
)

export const AttributesNotAscendingError = contractErrorClass(
  'AttributesNotAscending',
  ({ side, offset }) =>
    `The ${sideOf(side)} has a name at byte ${offset} that is not after the one before.`,
  COMPILE,
)

export const BadAttributeError = contractErrorClass(
  'BadAttribute',
  ({ side, offset }) =>
    `The ${sideOf(side)} has an attribute at byte ${offset} whose kind or value is none.`,
  COMPILE,
)

export const ProgramTruncatedError = contractErrorClass(
  'ProgramTruncated',
  ({ side, offset }) => `The ${sideOf(side)} ends inside the instruction at byte ${offset}.`,
  COMPILE,
)

export const BadInstructionError = contractErrorClass(
  'BadInstruction',
  ({ side, offset }) => `The ${sideOf(side)} has no instruction at byte ${offset}.`,
  COMPILE,
)

export const ProgramTooLongError = contractErrorClass(
  'ProgramTooLong',
  ({ side, offset }) => `The ${sideOf(side)} has a 65th instruction, at byte ${offset}.`,
  'Compute parts of the expression before, as attributes of the ad.',
)

export const ProgramTooDeepError = contractErrorClass(
  'ProgramTooDeep',
  ({ side, offset }) =>
    `The ${sideOf(side)} has 16 values waiting at byte ${offset} and adds another.`,
  'Write the expression so that its longest part stands at the left of each operator.',
)

export const ProgramUnbalancedError = contractErrorClass(
  'ProgramUnbalanced',
  ({ side, offset }) =>
    `The ${sideOf(side)} lacks a value, or has one too many, at byte ${offset}.`,
  COMPILE,
)
