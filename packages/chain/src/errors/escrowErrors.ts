import { contractErrorClass } from './contractError.ts'

export const InsufficientFreeError = contractErrorClass(
  'InsufficientFree',
  ({ account, free, needed }) =>
    `The free balance of ${account} is ${free}, but ${needed} base units are needed.`,
  'Deposit more, or ask for less: a lower price, fewer tasks, a smaller bond.',
  'Locked and maturing money does not count as free; `millrace wallet balance` shows all three.',
)

export const InsufficientLockedError = contractErrorClass(
  'InsufficientLocked',
  ({ account, locked, needed }) =>
    `The locked balance of ${account} is ${locked}, but ${needed} base units should be taken from it.`,
  'This points to a fault in the contracts; please report it with the transaction.',
)

export const NotAuthorisedError = contractErrorClass(
  'NotAuthorised',
  ({ caller }) => `${caller} may not move locked money; only the contracts of the market may.`,
  'Check that all contract addresses belong to one deployment.',
)

export const ZeroAmountError = contractErrorClass(
  'ZeroAmount',
  () => 'The amount is 0, but must be greater.',
)
