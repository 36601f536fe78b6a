import { hexToString } from 'viem'
import { contractErrorClass } from './contractError.ts'

export const OutOfBoundsError = contractErrorClass(
  'OutOfBounds',
  ({ name, value, min, max }) =>
    `The parameter ${shortString(name)} is ${value}, but must be from ${min} to ${max}.`,
)

export const UnknownParameterError = contractErrorClass(
  'UnknownParameter',
  ({ name }) => `There is no parameter ${shortString(name)}.`,
  'Names are those of the getters of IParameters, such as saboteurBps.',
)

export const NotGovernorError = contractErrorClass(
  'NotGovernor',
  ({ caller }) => `${caller} may not set parameters; only the governor may.`,
)

function shortString(name: `0x${string}`): string {
  return JSON.stringify(hexToString(name, { size: 32 }))
}
