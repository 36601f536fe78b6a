/** How a pool decides. All times in milliseconds, all counts per pool unless said otherwise. */
export type PoolPolicy = {
  /** Tasks a batch, or a call of settleTrusted, holds at most; bounded by gas. */
  batchTasks: number
  /** A batch is sealed this long after its first task was agreed, full or not. */
  batchAgeMs: number
  /** Workers are asked to speak this often. */
  heartbeatMs: number
  /** A worker not heard of for so long has left, and its work goes to others. */
  goneMs: number
  /** After a start workers have so long to find their way back, whatever was due before. */
  returnMs: number
  /** Beyond the wall clock of the work ahead of a task, before its lease ends. */
  leaseGraceMs: number
  /** A worker that has finished a task has so long to bind itself again or to send its tag. */
  answerMs: number
  sealMs: number
  /** So long a receipt holds: until then no task settles without a worker that has one for it. */
  receiptMs: number
  revealMs: number
  publishMs: number
  /** Replicas of one task, those lost not counted. */
  maxReplicas: number
  /**
   * Agreeing workers a verified task has at least, however credible one alone may be: an own answer
   * confirms nobody. Deals with minOdds 0 are not verified and have one.
   */
  minReplicas: number
  /** Executions a worker holds at most, running and ahead. */
  queueMax: number
  /** Work a worker is given ahead, so that it never idles while a message travels. */
  queueAheadMs: number
  /** So long a task waits for a worker of another owner before it takes one of the same. */
  ownerPatienceMs: number
  /** First pause of a worker that was dropped; doubles with every repetition. */
  pauseMs: number
  maxPauseMs: number
  /** A worker that fails so many tasks in a row is dropped. */
  maxFailuresInRow: number
  /** First pause before a worker that failed a task may try it again; doubles. */
  retryMs: number
  /** After so many failures without a result a task is given up until its deal ends. */
  maxFailures: number
  /** After so many batches that could not settle with it a task is given up. */
  maxAbandoned: number
  /** First pause before a transaction that failed is sent again; doubles to `maxPauseMs`. */
  txRetryMs: number
  /** Closed deals are remembered so long for those who ask. */
  keepClosedMs: number
  /** No new task of a deal is started so close to its deadline. */
  deadlineMarginMs: number
}

export const DEFAULT_POLICY: PoolPolicy = {
  batchTasks: 256,
  batchAgeMs: 1000,
  heartbeatMs: 5000,
  goneMs: 15_000,
  returnMs: 10_000,
  leaseGraceMs: 30_000,
  answerMs: 20_000,
  sealMs: 20_000,
  receiptMs: 30_000,
  revealMs: 30_000,
  publishMs: 30_000,
  maxReplicas: 16,
  minReplicas: 2,
  queueMax: 64,
  queueAheadMs: 400,
  ownerPatienceMs: 5000,
  pauseMs: 30_000,
  maxPauseMs: 3_600_000,
  maxFailuresInRow: 5,
  retryMs: 1000,
  maxFailures: 12,
  maxAbandoned: 5,
  txRetryMs: 500,
  keepClosedMs: 3_600_000,
  deadlineMarginMs: 1000,
}
