import { BaseError } from '@millrace/base'

/** Somebody listens on the port already. */
export class PortInUseError extends BaseError {
  readonly code = 'PORT_IN_USE'
  constructor({ host, port, cause }: { host: string; port: number; cause?: unknown }) {
    super(`The port ${port} of ${host} is in use by another program.`, {
      meta: { host, port },
      hints: ['Stop that program, or choose another port; port 0 takes any free one.'],
      docs: 'port-in-use',
      cause,
    })
  }
}

/** Two chain nodes on one folder would overwrite each other's log. */
export class ChainDirLockedError extends BaseError {
  readonly code = 'CHAIN_DIR_LOCKED'
  constructor({ dir }: { dir: string }) {
    super(`Another chain node is running on ${dir}.`, {
      meta: { dir },
      hints: ['Stop it first, or give this one another folder.'],
      docs: 'chain-dir-locked',
    })
  }
}

/** Replaying the log gave another block than the one that was shown to the world. */
export class ChainDivergedError extends BaseError {
  readonly code = 'CHAIN_DIVERGED'
  constructor(meta: { dir: string; number: number; logged: string; replayed: string }) {
    super(
      `Block ${meta.number} in ${meta.dir} is ${meta.replayed} on replay, but was ${meta.logged}.`,
      {
        meta,
        hints: [
          'Was Millrace or anvil updated since? Go back to the version that wrote the folder.',
          'The node refuses to go on, since nobody could trust what it showed before.',
        ],
        docs: 'chain-diverged',
      },
    )
  }
}

/** A file of the chain's folder cannot be read. */
export class ChainFolderCorruptError extends BaseError {
  readonly code = 'CHAIN_FOLDER_CORRUPT'
  constructor({ file, reason, cause }: { file: string; reason: string; cause?: unknown }) {
    super(`The chain file ${file} cannot be read: ${reason}.`, {
      meta: { file, reason },
      hints: ['Restore the folder from a backup, or remove it to begin a new chain.'],
      docs: 'chain-folder-corrupt',
      cause,
    })
  }
}

/** The EVM program did not come up. */
export class ChainStartFailedError extends BaseError {
  readonly code = 'CHAIN_START_FAILED'
  constructor({ reason, cause }: { reason: string; cause?: unknown }) {
    super(`The chain node did not start: ${reason}`, {
      meta: { reason },
      docs: 'chain-start-failed',
      cause,
    })
  }
}

/** The EVM program ended, or its log can no longer be written. Everything acknowledged is safe. */
export class ChainStoppedError extends BaseError {
  readonly code = 'CHAIN_STOPPED'
  override readonly retryable = true
  constructor({ reason, cause }: { reason: string; cause?: unknown }) {
    super(`The chain node stopped: ${reason}`, {
      meta: { reason },
      hints: ['Start it again: it goes on with the last acknowledged transaction.'],
      docs: 'chain-stopped',
      cause,
    })
  }
}

/** npm installed no EVM for this machine. */
export class ChainProgramMissingError extends BaseError {
  readonly code = 'CHAIN_PROGRAM_MISSING'
  constructor({ packageName, cause }: { packageName: string; cause: unknown }) {
    super(`The package ${packageName}, which holds the chain node's EVM, is not installed.`, {
      meta: { packageName },
      hints: [
        'Run npm ci without --omit=optional, on Linux or macOS (x64 or arm64).',
        'Or use a chain of your own: set rpcUrl.',
      ],
      docs: 'chain-program-missing',
      cause,
    })
  }
}
