export { createWorkerChain, type WorkerChain } from './chainPort.ts'
export type { Cheat } from './cheat.ts'
export { type WorkerConfig, zWorkerConfig } from './config.ts'
export {
  AssignmentRefusedError,
  BondUnaffordableError,
  DealUnusableError,
  DiskLimitError,
  ForeignHomeError,
  HomeInUseError,
  InputUnavailableError,
  NotAnchoredError,
  PoolMisbehavedError,
  PoolUnknownError,
  PoolUnreachableError,
  ResultLostError,
  RunFailedError,
  SessionRefusedError,
  WorkerLeavingError,
} from './errors.ts'
export { startWorker, type Worker } from './startWorker.ts'
export type { WorkerDeps } from './workerDeps.ts'
