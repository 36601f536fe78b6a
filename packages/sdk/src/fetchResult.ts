import { RemoteError, retry } from '@millrace/base'
import { hashResult, type RunOutput, readResult, summariseOutput } from '@millrace/protocol'
import type { Cid } from '@millrace/storage/client'
import type { Limits } from '@millrace/wire'
import type { Client } from './client.ts'
import { ResultMismatchError, ResultMissingError } from './errors.ts'
import { getTask } from './queries.ts'
import type { SettledTask } from './settlements.ts'

/** A result whose every byte was checked against the digest on chain. */
export type VerifiedResult = {
  task: SettledTask
  cid: Cid
  archive: Uint8Array
  output: RunOutput
}

const ATTEMPTS = 6
const FIRST_DELAY_MS = 50
const MAX_DELAY_MS = 2000

/**
 * Downloads a settled task's result and checks it: the bytes against their content id, and what they
 * say against the digest on chain.
 *
 * @throws {ResultMismatchError} `RESULT_MISMATCH`: these are not the bytes that settled.
 * @throws {ResultMissingError} `RESULT_MISSING`: settled, but nobody serves the bytes now.
 */
export async function fetchResult(
  client: Client,
  task: SettledTask,
  { maxBytes, signal }: { maxBytes: number; signal?: AbortSignal | undefined },
): Promise<VerifiedResult> {
  const options = { maxBytes, ...(signal === undefined ? {} : { signal }) }
  const download = async (): Promise<{ cid: Cid; archive: Uint8Array }> => {
    const cid = task.cid ?? (await getTask(client, task.taskId, { signal })).cid
    if (cid === undefined) throw new ResultMissingError({ task: task.taskId })
    return { cid, archive: await client.storage.getBytes(cid, options) }
  }
  const { cid, archive } = await retry(download, {
    clock: client.clock,
    attempts: ATTEMPTS,
    firstDelayMs: FIRST_DELAY_MS,
    maxDelayMs: MAX_DELAY_MS,
    ...(signal === undefined ? {} : { signal }),
    when: isPassing,
  }).catch((cause) => {
    if (signal?.aborted) throw cause
    throw isPassing(cause) ? new ResultMissingError({ task: task.taskId, cause }) : cause
  })
  return { task, cid, archive, output: verifyResult(client, task, archive) }
}

/**
 * What a result archive holds, if it is the one that settled.
 *
 * @throws {ResultMismatchError} {@link InvalidInputError}
 */
export function verifyResult(
  client: Pick<Client, 'sha256'>,
  { taskId, digest }: Pick<SettledTask, 'taskId' | 'digest'>,
  archive: Uint8Array,
): RunOutput {
  const output = readResult(archive)
  const found = hashResult(taskId, summariseOutput(output, client.sha256))
  if (found !== digest)
    throw new ResultMismatchError({ task: taskId, expected: digest, found, what: 'The result' })
  return output
}

/** Most bytes that a result archive within these limits can have. */
export function maxArchiveBytes({ diskMiB, stdoutKiB, files }: Limits): number {
  const perFile = 2 * 512
  return diskMiB * 1024 * 1024 + stdoutKiB * 1024 + 128 * 1024 + (files + 5) * perFile
}

/** A blob that is not there yet, or a service that is away for a moment. */
function isPassing(error: unknown): boolean {
  const { code, retryable } = error as { code?: string; retryable?: boolean }
  return retryable === true || code === 'BLOB_NOT_FOUND' || error instanceof RemoteError
}
