import { contractErrorClass, shortString } from './contractError.ts'

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
  ({ caller }) => `${caller} may not do this; only the governor may, which is the timelock.`,
  'Propose it instead: `npx millrace gov propose`.',
)
