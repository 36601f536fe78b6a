import type { Hex32, ResultDigest, TaskId } from '@millrace/base'
import type { WorkerMessage } from '@millrace/wire'

/**
 * Ways in which a worker can lie, for tests that show what lying costs. Handed to `startWorker` in its
 * dependencies only: no setting, flag or message leads here.
 */
export type Cheat = {
  /** Votes for another digest than that of the run. */
  digest?(taskId: TaskId, honest: ResultDigest): ResultDigest
  /** Commits to something else than its digest. */
  commitment?(taskId: TaskId, honest: Hex32): Hex32
  /** Sees every message before it leaves; returns what is sent instead, or undefined for silence. */
  outgoing?(message: WorkerMessage): WorkerMessage | undefined
}
