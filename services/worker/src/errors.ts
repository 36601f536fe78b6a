import { type Address, BaseError, type DealId, type TaskId } from '@millrace/base'

/** The worker's funds do not cover the bond it was told to hold. */
export class BondUnaffordableError extends BaseError {
  readonly code = 'BOND_UNAFFORDABLE'
  constructor(meta: { worker: Address; bond: bigint; wanted: bigint; available: bigint }) {
    const { worker, bond, wanted, available } = meta
    super(
      `Worker ${worker} holds a bond of ${bond} and must hold ${wanted}, but has only ${available} more.`,
      {
        meta: { worker, bond: `${bond}`, wanted: `${wanted}`, available: `${available}` },
        hints: [
          `Send it ${wanted - bond - available} base units: npx millrace wallet fund ${worker}`,
          'Or start it with a smaller bond; a pool may then give it no work that must be verified.',
        ],
        docs: 'bond-unaffordable',
      },
    )
  }
}

/** The home folder belongs to another worker, chain or pool. */
export class ForeignHomeError extends BaseError {
  readonly code = 'FOREIGN_HOME'
  constructor(meta: { home: string; is: string; expected: string }) {
    super(`${meta.home} is the home of ${meta.is}, not of ${meta.expected}.`, {
      meta,
      hints: ['Give each worker, chain and pool its own folder: --home.'],
      docs: 'foreign-home',
    })
  }
}

/** Another process works in this home folder. */
export class HomeInUseError extends BaseError {
  readonly code = 'HOME_IN_USE'
  constructor({ home, cause }: { home: string; cause?: unknown }) {
    super(`Another worker process uses ${home}.`, {
      meta: { home },
      hints: ['Stop it, or give this one another name (--name) or folder (--home).'],
      docs: 'home-in-use',
      cause,
    })
  }
}

/** The pool said something that the chain, its signature or the rules contradict. */
export class PoolMisbehavedError extends BaseError {
  readonly code = 'POOL_MISBEHAVED'
  constructor(what: string, meta: Record<string, unknown> = {}) {
    super(`The pool misbehaved: ${what}.`, {
      meta,
      hints: ['The message was ignored. If it goes on, choose another pool.'],
      docs: 'pool-misbehaved',
    })
  }
}

/** The pool ended the session with a reason. */
export class SessionRefusedError extends BaseError {
  readonly code = 'SESSION_REFUSED'
  override readonly retryable = true
  constructor({ code, message }: { code: string; message: string }) {
    super(`The pool refused the session: ${message}`, {
      meta: { poolCode: code },
      docs: 'session-refused',
    })
  }
}

/** An assignment this worker does not take; the pool gives the task to another. */
export class AssignmentRefusedError extends BaseError {
  readonly code = 'ASSIGNMENT_REFUSED'
  constructor({ taskId, reason }: { taskId: TaskId; reason: string }) {
    super(`Task ${taskId} is not taken: ${reason}.`, {
      meta: { taskId, reason },
      docs: 'assignment-refused',
    })
  }
}

/** Handed back: the worker stops, which says nothing about the task. */
export class WorkerLeavingError extends BaseError {
  readonly code = 'WORKER_LEAVING'
  constructor({ taskId }: { taskId: TaskId }) {
    super(`Task ${taskId} is handed back: the worker is leaving.`, {
      meta: { taskId },
      docs: 'worker-leaving',
    })
  }
}

/** A deal that is not what the pool says, not open, or broken in itself. */
export class DealUnusableError extends BaseError {
  readonly code = 'DEAL_UNUSABLE'
  constructor({ dealId, reason, cause }: { dealId: DealId; reason: string; cause?: unknown }) {
    super(`Deal ${dealId} cannot be worked on: ${reason}.`, {
      meta: { dealId, reason },
      docs: 'deal-unusable',
      cause,
    })
  }
}

/** A program, manifest, bag or input that storage does not give. */
export class InputUnavailableError extends BaseError {
  readonly code = 'INPUT_UNAVAILABLE'
  constructor({ cid, what, cause }: { cid: string; what: string; cause?: unknown }) {
    super(`The ${what} ${cid} could not be read from storage.`, {
      meta: { cid, what },
      hints: ['Whoever ordered the task must put it back and keep it until the deal is done.'],
      docs: 'input-unavailable',
      cause,
    })
  }
}

/** A run that ended without a result. */
export class RunFailedError extends BaseError {
  readonly code: string
  constructor({ reason, message }: { reason: string; message: string }) {
    super(message, { meta: { reason }, docs: 'run-failed' })
    this.code = `RUN_${reason.toUpperCase().replaceAll('-', '_')}`
  }
}

/** The kept archive of a result is gone or damaged. */
export class ResultLostError extends BaseError {
  readonly code = 'RESULT_LOST'
  constructor({ taskId }: { taskId: TaskId }) {
    super(`The kept result of task ${taskId} is gone or damaged.`, {
      meta: { taskId },
      hints: ['Check the disk of the worker; the pool names another publisher.'],
      docs: 'result-lost',
    })
  }
}

/** The input does not fit on the disk this worker may use. */
export class DiskLimitError extends BaseError {
  readonly code = 'DISK_LIMIT'
  constructor({ neededBytes, limitBytes }: { neededBytes: number; limitBytes: number }) {
    super(`${neededBytes} bytes are needed on disk and the limit is ${limitBytes}.`, {
      meta: { neededBytes, limitBytes },
      hints: ['Give the worker more disk: diskMiB in its settings.'],
      docs: 'disk-limit',
    })
  }
}

/** The chain does not show a batch's root yet, or shows another. */
export class NotAnchoredError extends BaseError {
  readonly code = 'NOT_ANCHORED'
  override readonly retryable = true
  constructor({ nonce, root }: { nonce: bigint; root: string }) {
    super(`Batch ${nonce} with root ${root} is not on chain.`, {
      meta: { nonce: `${nonce}`, root },
      hints: ['Nothing is revealed before it is.'],
      docs: 'not-anchored',
    })
  }
}

/** No connection to the pool, or one that broke; it is dialled again. */
export class PoolUnreachableError extends BaseError {
  readonly code = 'POOL_UNREACHABLE'
  override readonly retryable = true
  constructor({ poolUrl, reason, cause }: { poolUrl: string; reason: string; cause?: unknown }) {
    super(`The pool at ${poolUrl} cannot be reached: ${reason}.`, {
      meta: { poolUrl, reason },
      hints: [
        'The worker dials again for ever; check that the pool runs and the address is right.',
      ],
      docs: 'pool-unreachable',
      cause,
    })
  }
}

/** The registry does not say where the pool listens. */
export class PoolUnknownError extends BaseError {
  readonly code = 'POOL_UNKNOWN'
  override readonly retryable = true
  constructor({ pool, reason }: { pool: Address; reason: string }) {
    super(`Pool ${pool} cannot be found: ${reason}.`, {
      meta: { pool, reason },
      hints: ['Check the address: npx millrace pool ls', 'Or give its address: poolUrl.'],
      docs: 'pool-unknown',
    })
  }
}
