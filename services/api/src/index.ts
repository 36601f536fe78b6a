export type { ApiConfig } from './deps.ts'
export {
  BodyTooLargeError,
  IndexBehindError,
  NotFoundError,
  OrderCancelledError,
  RateLimitedError,
  TooManyOrdersError,
} from './errors.ts'
export { type Api, type ApiDeps, ListenError, startApi } from './startApi.ts'
