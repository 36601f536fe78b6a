export type { PoolConfig } from './config.ts'
export { apply } from './core/apply.ts'
export type { CheckResultEffect, Effect, UnsignedMessage } from './core/effects.ts'
export type { PoolEvent, SessionMessage, TransactionKind } from './core/events.ts'
export type { Fact } from './core/facts.ts'
export type { WorkerStanding } from './core/live.ts'
export { type Placement, type PlanOptions, plan } from './core/plan.ts'
export { DEFAULT_POLICY, type PoolPolicy } from './core/policy.ts'
export { type Reaction, type ReactOptions, react } from './core/react.ts'
export { resume } from './core/resume.ts'
export {
  decodeFacts,
  decodeState,
  encodeFacts,
  encodeState,
  JOURNAL_FORMAT,
} from './core/snapshot.ts'
export {
  type Batch,
  createState,
  type Deal,
  isAlive,
  type PoolState,
  type Replica,
  type Task,
} from './core/state.ts'
export { LeadershipLostError, ListenError, NotKnownError, NotPoolOperatorError } from './errors.ts'
export {
  ENVIRONMENTS,
  type Environment,
  type Interval,
  nodeTimes,
  normal,
} from './qos/availability.ts'
export { idealSec, tailSlowdown } from './qos/completion.ts'
export { readFailureTrace } from './qos/failureTrace.ts'
export { predict } from './qos/predict.ts'
export {
  type BagRun,
  type Node,
  type Strategy,
  simulateBag,
} from './qos/simulation/simulateBag.ts'
export { type Pool, type PoolDeps, startPool } from './startPool.ts'
