import { seedOfTask } from '@millrace/protocol'
import type { RunFile } from '@millrace/runtime'
import type { VerifiedResult } from '@millrace/sdk'
import { cidToContent } from '@millrace/storage/client'
import type { Manifest } from '@millrace/wire'
import type { Context } from '../context.ts'
import { AssemblyFailedError } from '../errors.ts'
import type { Job } from '../home/clientDb.ts'
import { connectCloud } from '../home/connectCloud.ts'
import { fetchProgram, runHere, runLimits, withRuntime } from './sandbox.ts'

/**
 * Joins the results of a bag as the app itself says: its program, run here in the sandbox with the
 * manifest's `assemble` arguments and every result's files as /in/<index>/...
 *
 * @throws {AssemblyFailedError} when the program refuses; the single results are saved all the same.
 */
export async function assembleResults(
  context: Context,
  { job, manifest, results }: { job: Job; manifest: Manifest; results: readonly VerifiedResult[] },
): Promise<RunFile[]> {
  const { client } = await connectCloud(context)
  const program = await fetchProgram(client, manifest, context.signal)
  const inputs = results.flatMap(({ task, output }) =>
    output.files.map(({ path, bytes }) => ({ path: `${task.bagIndex}/${path}`, source: bytes })),
  )
  const { content } = cidToContent(job.record.bagCid)
  const request = {
    args: manifest.assemble ?? [],
    // The place after the bag's last task: nobody else's randomness.
    seed: seedOfTask(content, job.record.tasks),
    inputs,
    limits: runLimits(manifest.limits),
  }
  const { status, exitCode, stderr, files } = await withRuntime(context, (runtime) =>
    runHere(runtime, program, request, context.signal),
  )
  if (status === 'ok') return files
  const words = new TextDecoder().decode(stderr).trim().slice(0, 500)
  throw new AssemblyFailedError({ app: manifest.name, status, exitCode, words })
}
