import { type Address, type ResultDigest, type TaskId, ZERO_ADDRESS } from '@millrace/base'
import { hashResult, seedOfTask, summariseOutput } from '@millrace/protocol'
import { type Client, datasetCid, taskOfBag } from '@millrace/sdk'
import { cidToContent } from '@millrace/storage/client'
import { type Bag, type Input, type Manifest, zBag } from '@millrace/wire'
import type { Context } from '../context.ts'
import { fetchProgram, runHere, runLimits, withRuntime } from './sandbox.ts'
import { nativeSha256 } from './saveResults.ts'

const MAX_BAG_BYTES = 256 * 1024 * 1024
const MAX_INPUT_BYTES = 1024 * 1024 * 1024

/** Where tasks come from, and what they run. */
export type TaskSource = {
  manifest: Manifest
  bagCid: string
  /** Zero for none. */
  dataset: Address
}

/** A task that was run elsewhere. */
export type PastTask = { taskId: TaskId; bagIndex: number }

/**
 * Lends a function that runs a task of a bag once more on this machine, as a worker would, and gives its digest.
 * Program, bag and inputs are fetched once.
 *
 * @throws {SandboxFailedError} when this machine could not carry it out.
 */
export async function withReruns<T>(
  context: Context,
  client: Client,
  { manifest, bagCid, dataset }: TaskSource,
  use: (rerun: (task: PastTask) => Promise<ResultDigest>) => Promise<T>,
): Promise<T> {
  const { signal } = context
  const program = await fetchProgram(client, manifest, signal)
  const { content } = cidToContent(bagCid)
  const bag = await fetchBag(client, bagCid, signal)
  const inputBytes = createInputReader(client, signal)
  const shared = await datasetOf(client, dataset, signal)
  return withRuntime(context, (runtime) =>
    use(async ({ taskId, bagIndex }) => {
      const { args, inputs } = taskOfBag(bag, bagIndex)
      const request = {
        args,
        seed: seedOfTask(content, bagIndex),
        inputs: await Promise.all([...inputs, ...shared].map(inputBytes)),
        limits: runLimits(manifest.limits),
      }
      const result = await runHere(runtime, program, request, signal)
      return hashResult(taskId, summariseOutput(result, nativeSha256))
    }),
  )
}

async function fetchBag(client: Client, cid: string, signal: AbortSignal): Promise<Bag> {
  const bytes = await client.storage.getBytes(cid, { maxBytes: MAX_BAG_BYTES, signal })
  return zBag.parse(JSON.parse(new TextDecoder().decode(bytes)))
}

/** The data set of a job, as its tasks saw it. */
async function datasetOf(client: Client, dataset: Address, signal: AbortSignal) {
  if (dataset === ZERO_ADDRESS) return []
  return [{ path: 'dataset', cid: await datasetCid(client, dataset, { signal }) }]
}

/** Inputs shared by many tasks are fetched once. */
function createInputReader(client: Client, signal: AbortSignal) {
  const fetched = new Map<string, Promise<Uint8Array>>()
  return async ({
    path,
    cid,
  }: Pick<Input, 'path' | 'cid'>): Promise<{ path: string; source: Uint8Array }> => {
    const bytes =
      fetched.get(cid) ?? client.storage.getBytes(cid, { maxBytes: MAX_INPUT_BYTES, signal })
    fetched.set(cid, bytes)
    return { path, source: await bytes }
  }
}
