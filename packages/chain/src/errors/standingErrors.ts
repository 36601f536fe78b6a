import { contractErrorClass, showTime } from './contractError.ts'

export const BondTooSmallError = contractErrorClass(
  'BondTooSmall',
  ({ bond, min }) => `The bond would be ${bond} base units, but must be at least ${min}.`,
  'Bond more at once.',
)

export const NoBondError = contractErrorClass(
  'NoBond',
  ({ worker }) => `The worker ${worker} has no bond.`,
)

export const UnbondingPendingError = contractErrorClass(
  'UnbondingPending',
  ({ worker, availableAt }) =>
    availableAt === 0
      ? `The worker ${worker} has not asked to unbond yet.`
      : `The bond of ${worker} can be taken back at ${showTime(availableAt)}.`,
  'Ask first, then wait until the delay is over.',
)

export const NotAuthorisedCallerError = contractErrorClass(
  'NotAuthorisedCaller',
  ({ caller }) => `${caller} may not change a worker's record; only the contract Work may.`,
  'Check that all contract addresses belong to one deployment.',
)
