import { contractErrorClass } from './contractError.ts'

export const WrongRequestError = contractErrorClass(
  'WrongRequest',
  ({ expected, found }) =>
    `The deal was made from the request ${expected}, but the one passed hashes to ${found}.`,
  'Pass the request order exactly as it was placed or signed; event RequestPlaced has it.',
)

export const NoCallbackError = contractErrorClass(
  'NoCallback',
  ({ dealId }) => `The request of deal ${dealId} names no callback.`,
  'Its results are for whoever reads them; nothing has to be delivered.',
)

export const BadCallbackGasError = contractErrorClass(
  'BadCallbackGas',
  ({ callbackGas, max }) => `A callback cannot have ${callbackGas} gas; it needs 1 to ${max}.`,
  'Set callbackGas of the request; a request without a callback has 0.',
)

export const AlreadyDeliveredError = contractErrorClass(
  'AlreadyDelivered',
  ({ dealId, index }) => `The task ${index} of deal ${dealId} was called back before.`,
)

export const ResultNotSettledError = contractErrorClass(
  'ResultNotSettled',
  ({ dealId, index, digest }) =>
    `The task ${index} of deal ${dealId} has not settled with the digest ${digest}.`,
  'Check the parts of the digest, the facts of the batch, and the place in its result root.',
)

export const ResultDisputedError = contractErrorClass(
  'ResultDisputed',
  ({ taskId, status }) =>
    Number(status) === 5
      ? `The result of task ${taskId} fell on appeal.`
      : `The result of task ${taskId} is appealed; it is delivered if it stands.`,
  'See how it stands: npx millrace appeal show TASK. What fell is told as a failure.',
)

export const WrongContentError = contractErrorClass(
  'WrongContent',
  ({ path, found }) =>
    `The bytes, with SHA-256 ${found}, are not ${path === '' ? 'what the task printed' : `its file ${path}`}.`,
  'Take them from the result archive, and the proof from proveOutput of @millrace/protocol.',
)

export const WrongResultError = contractErrorClass(
  'WrongResult',
  ({ expected, found }) => `The result hashes to ${found}, but ${expected} waits for its callback.`,
  'Pass the result as it was delivered last; if nothing waits, deliver it first.',
)

export const TooLittleGasError = contractErrorClass(
  'TooLittleGas',
  ({ left, needed }) => `Only ${left} gas is left for a callback that needs ${needed}.`,
  'Send the transaction with more gas; nothing was called.',
)

export const IndexOutOfRangeError = contractErrorClass(
  'IndexOutOfRange',
  ({ index, volume }) => `The deal has ${volume} tasks, and none with the index ${index}.`,
)

export const DealStillOpenError = contractErrorClass(
  'DealStillOpen',
  ({ dealId }) => `The deal ${dealId} has not ended: its tasks can still settle.`,
  'Close it with expireDeal once its time is over; anyone may.',
)

export const TaskHasSettledError = contractErrorClass(
  'TaskHasSettled',
  ({ dealId, index }) => `The task ${index} of deal ${dealId} has settled.`,
  'Deliver its result.',
)

/** All of them, for CONTRACT_ERRORS. */
export const DELIVERIES_ERRORS = [
  AlreadyDeliveredError,
  BadCallbackGasError,
  DealStillOpenError,
  IndexOutOfRangeError,
  NoCallbackError,
  ResultNotSettledError,
  ResultDisputedError,
  TaskHasSettledError,
  TooLittleGasError,
  WrongContentError,
  WrongRequestError,
  WrongResultError,
]
