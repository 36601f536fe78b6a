export type { Brand } from './brand.ts'
export { type Clock, nowSec, systemClock } from './clock.ts'
export {
  BaseError,
  type BaseErrorOptions,
  type ErrorJson,
  errorToJson,
  InvalidInputError,
  RemoteError,
  show,
} from './errors.ts'
export {
  type Address,
  address,
  type DealId,
  dealId,
  type Hex,
  type Hex32,
  hex32,
  type OrderHash,
  orderHash,
  type ResultDigest,
  resultDigest,
  type TaskId,
  type TxHash,
  taskId,
  txHash,
  ZERO_ADDRESS,
  ZERO_HEX32,
} from './ids.ts'
export { canonicalJson, toJson } from './json.ts'
export { type LogFields, type Logger, Secret, silentLogger } from './logger.ts'
export { every } from './loop.ts'
export { createSerialQueue, mapLimit } from './queue.ts'
export {
  bytesToHex,
  hexToBytes,
  type Random,
  randomHex32,
  seededRandom,
  systemRandom,
} from './random.ts'
export { isRetryable, type RetryOptions, retry } from './retry.ts'
export {
  type Bps,
  bps,
  type Seconds,
  seconds,
  type UnixSeconds,
  unixSeconds,
  type Wei,
  wei,
} from './units.ts'
