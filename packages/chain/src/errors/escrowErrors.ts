import { contractErrorClass, showTime } from './contractError.ts'

export const InsufficientFreeError = contractErrorClass(
  'InsufficientFree',
  ({ account, free, needed }) =>
    `The free balance of ${account} is ${free}, but ${needed} base units are needed.`,
  'Deposit more, or ask for less: a lower price, fewer tasks, a smaller bond.',
  'Locked and maturing money does not count as free; `npx millrace wallet balance` shows all three.',
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

export const AmountTooLargeError = contractErrorClass(
  'AmountTooLarge',
  ({ amount }) => `The amount ${amount} is larger than the escrow can hold.`,
)

export const NotMaturedError = contractErrorClass(
  'NotMatured',
  ({ account, maturesAt, nowAt }) =>
    `The credit of ${account} matures at ${showTime(maturesAt)}; it is ${showTime(nowAt)} now.`,
  'Wait until then: until it matures the work it pays for may be appealed.',
)

export const ReentrancyGuardReentrantCallError = contractErrorClass(
  'ReentrancyGuardReentrantCall',
  () => 'The contract was called again from within a call of its own.',
  'A token or a callback that calls back into the market cannot be used.',
)

export const SafeERC20FailedOperationError = contractErrorClass(
  'SafeERC20FailedOperation',
  ({ token }) => `The token ${token} refused to move money.`,
  'Check balance and allowance: the escrow must be approved for the amount.',
)

export const InsufficientMaturingError = contractErrorClass(
  'InsufficientMaturing',
  ({ account, maturesAt, maturing, needed }) =>
    `Of ${account}, ${maturing} matures at ${showTime(maturesAt)}, but ${needed} base units should be taken from it.`,
  'This points to a fault in the contracts; please report it with the transaction.',
)
