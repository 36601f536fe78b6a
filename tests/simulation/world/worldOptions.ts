import type { PoolPolicy } from '@millrace/scheduler'
import type { Vices } from './simWorker.ts'

export type WorldOptions = {
  seed: number
  workers: { count: number; vices?: Partial<Vices>; slots?: number }[]
  saboteurBps?: number
  taskMs?: [number, number]
  /** The pool never settles its committed batches up to this number. */
  dropsUpTo?: number
  policy?: Partial<PoolPolicy>
  /** Mean time between breaks of a worker's connection. */
  disconnectMs?: number
  /** Mean time between crashes of a worker's process. */
  workerCrashMs?: number
  /** Mean time between kill -9 of the pool. */
  poolCrashMs?: number
}
