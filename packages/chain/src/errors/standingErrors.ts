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
    `The bond of ${worker} can be taken back at ${showTime(availableAt)}.`,
  'Wait until then: faults of earlier work may still be found.',
)

export const NotAuthorisedCallerError = contractErrorClass(
  'NotAuthorisedCaller',
  ({ caller }) => `${caller} may not change a worker's record; only the contract Work may.`,
  'Check that all contract addresses belong to one deployment.',
)

export const BondTooLargeError = contractErrorClass(
  'BondTooLarge',
  ({ bond, max }) => `The bond would be ${bond} base units, but may be at most ${max}.`,
)

export const UnbondNotRequestedError = contractErrorClass(
  'UnbondNotRequested',
  ({ worker }) => `The worker ${worker} has not asked to unbond yet.`,
  'Send requestUnbond first, then wait until the delay is over.',
)

export const BondFrozenError = contractErrorClass(
  'BondFrozen',
  ({ worker, appeals }) =>
    `The bond of ${worker} is held by ${appeals} open appeals against work that it voted for.`,
  'Wait until they are closed; once their verdicts are final anybody may close them.',
)

export const WorkerUnbondingError = contractErrorClass(
  'WorkerUnbonding',
  ({ worker, since }) =>
    `The worker ${worker} has been leaving since ${showTime(since)} and cannot vote.`,
  'Bonding again, of any amount, stops the unbonding.',
)
