import { BaseError } from '@millrace/base'

/** Errors that only the command line makes; each has a page in docs/errors. */

export class CloudAlreadyRunningError extends BaseError {
  readonly code = 'CLOUD_ALREADY_RUNNING'
  constructor({ home, pid }: { home: string; pid: number | undefined }) {
    super(`A cloud already runs from ${home}${pid === undefined ? '' : ` (process ${pid})`}.`, {
      meta: { home, pid },
      hints: [
        'Use it from another terminal: npx millrace run --help',
        'Stop it with Ctrl-C where it was started, or with: npx millrace cloud stop',
        'For a second cloud on this machine give another folder: npm start -- --home DIR',
      ],
      docs: 'cloud-already-running',
    })
  }
}

export class CloudNotRunningError extends BaseError {
  readonly code = 'CLOUD_NOT_RUNNING'
  constructor({ home, cause }: { home: string; cause?: unknown }) {
    super(`No cloud runs from ${home}.`, {
      meta: { home },
      hints: [
        'Start one in another terminal: npm start',
        'If yours has another folder, name it: --home DIR, or set MILLRACE_HOME',
      ],
      docs: 'cloud-not-running',
      cause,
    })
  }
}

export class CloudStartingError extends BaseError {
  readonly code = 'CLOUD_STARTING'
  override readonly retryable = true
  constructor({ home }: { home: string }) {
    super(`The cloud of ${home} is still starting.`, {
      meta: { home },
      hints: ['Try again in a few seconds: npx millrace cloud status'],
      docs: 'cloud-starting',
    })
  }
}

export class CloudFileError extends BaseError {
  readonly code = 'CLOUD_FILE_BROKEN'
  constructor({ path, cause }: { path: string; cause?: unknown }) {
    super(`${path} is not a file of this version of millrace.`, {
      meta: { path },
      hints: ['Start the cloud with another folder (--home DIR), or move this one away.'],
      docs: 'cloud-file-broken',
      cause,
    })
  }
}

export class PortInUseError extends BaseError {
  readonly code = 'PORT_IN_USE'
  constructor({ flag, port }: { flag: string; port: number }) {
    super(`Port ${port}, asked for by ${flag}, is in use by another program.`, {
      meta: { flag, port },
      hints: [`Leave ${flag} out to get a free port, or give another one.`],
      docs: 'port-in-use',
    })
  }
}

export class ServiceFailedError extends BaseError {
  readonly code = 'SERVICE_FAILED'
  constructor({
    service,
    reason,
    log,
    code,
    cause,
  }: {
    service: string
    reason: string
    log: string
    code?: string | undefined
    cause?: unknown
  }) {
    super(`The ${service} service did not start: ${reason}`, {
      meta: { service, reason, log, code },
      hints: [`Its log is ${log}`],
      docs: 'service-failed',
      cause,
    })
  }
}

/** A flag or argument that the command does not have, or one that is missing. */
export class BadUsageError extends BaseError {
  readonly code = 'BAD_USAGE'
  constructor({ message, help, hint }: { message: string; help: string; hint?: string }) {
    super(message, {
      hints: [...(hint === undefined ? [] : [hint]), `See: npx ${help}`],
      docs: 'bad-usage',
    })
  }
}

export class FileNotReadableError extends BaseError {
  readonly code = 'FILE_NOT_READABLE'
  constructor({ field, path, cause }: { field: string; path: string; cause?: unknown }) {
    const reason = (cause as { code?: string } | undefined)?.code
    super(`${field}: ${path} cannot be read${reason === undefined ? '' : ` (${reason})`}.`, {
      meta: { field, path, reason },
      hints: ['Check the spelling and that you may read the file.'],
      docs: 'file-not-readable',
      cause,
    })
  }
}

export class UnknownJobError extends BaseError {
  readonly code = 'UNKNOWN_JOB'
  constructor({ selector }: { selector: string }) {
    super(`There is no job ${selector} in this folder.`, {
      meta: { selector },
      hints: [
        'List them: npx millrace job ls',
        'Selectors: last, all, 3, 1,3,5-8, or first digits of an id.',
      ],
      docs: 'unknown-job',
    })
  }
}

export class InterruptedError extends BaseError {
  readonly code = 'INTERRUPTED'
  constructor() {
    super('Interrupted.', { docs: 'interrupted' })
  }
}

/** Replicas cannot be compared: the program gives other bytes each time. */
export class DeterminismNeededError extends BaseError {
  readonly code = 'DETERMINISM_NEEDED'
  constructor({ app, trust }: { app: string; trust: number }) {
    super(
      `${app} is declared as not deterministic, so no result of it can be checked by a second worker.`,
      {
        meta: { app, trust },
        hints: ['Take the word of the pool instead: --trust none'],
        docs: 'determinism-needed',
      },
    )
  }
}

/** The app's own joining step did not end well; every single result was verified and saved before. */
export class AssemblyFailedError extends BaseError {
  readonly code = 'ASSEMBLY_FAILED'
  constructor({
    app,
    status,
    exitCode,
    words,
  }: { app: string; status: string; exitCode: number; words: string }) {
    super(
      `${app} could not join the results: ${status === 'exit' ? `exit code ${exitCode}` : status}.`,
      {
        meta: { app, status, exitCode, words },
        hints: [
          ...(words === '' ? [] : [`It said: ${words}`]),
          'The results of all tasks are saved; only the joined one is missing.',
        ],
        docs: 'assembly-failed',
      },
    )
  }
}

/** This machine could not run the program; that says nothing about the program. */
export class SandboxFailedError extends BaseError {
  readonly code = 'SANDBOX_FAILED'
  constructor({ reason, message }: { reason: string; message: string }) {
    super(`The sandbox of this machine gave no result (${reason}): ${message}`, {
      meta: { reason },
      hints: ['Try again when the machine has more free memory or time.'],
      docs: 'sandbox-failed',
    })
  }
}

/** Two runs of a program gave different bytes, though its manifest says they cannot. */
export class ClassRefutedError extends BaseError {
  readonly code = 'CLASS_REFUTED'
  constructor({
    app,
    claimed,
    differences,
  }: { app: string; claimed: string; differences: readonly string[] }) {
    super(`${app} claims determinism "${claimed}", but two runs differed.`, {
      meta: { app, claimed, differences },
      hints: [
        ...differences.slice(0, 6),
        'Remove what varies between runs, or declare "determinism": "none": it can then only be sold with --trust none.',
      ],
      docs: 'class-refuted',
    })
  }
}

/** Coins are given away only by a local cloud, whose treasury is in its own folder. */
export class FaucetMissingError extends BaseError {
  readonly code = 'FAUCET_MISSING'
  constructor() {
    super('This folder has no treasury: coins are free only on a local cloud.', {
      hints: ['Get tokens from somebody, then: npx millrace wallet deposit AMOUNT'],
      docs: 'faucet-missing',
    })
  }
}

/** A retry of a callback that has not failed. */
export class NothingWaitsError extends BaseError {
  readonly code = 'NOTHING_WAITS'
  constructor({ deal, index }: { deal: string; index: number }) {
    super(`No result of task ${index} of deal ${deal} waits for its callback.`, {
      meta: { deal, index },
      hints: [`Deliver it: npx millrace dapp deliver ${deal} ${index}`],
      docs: 'nothing-waits',
    })
  }
}
