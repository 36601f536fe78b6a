import { bytesToHex, hexToBytes, unixSeconds } from '@millrace/base'
import type { DeliveredResult } from '@millrace/chain'
import { RESULT_STATUS, type RequestOrder, seedOfTask } from '@millrace/protocol'
import { findApp, readManifest, type SimulateCallParameters, taskOfBag } from '@millrace/sdk'
import { contentToCid } from '@millrace/storage/client'
import { type Input, zBag } from '@millrace/wire'
import type { Context } from '../context.ts'
import type { Cloud } from '../home/connectCloud.ts'
import { fetchProgram, runHere, runLimits, withRuntime } from './sandbox.ts'

const MAX_BAG_BYTES = 16 * 1024 * 1024
const MAX_INPUT_BYTES = 256 * 1024 * 1024

/**
 * Runs the first task of a request in the sandbox of this machine, as a worker would; what it prints is the
 * result. The bag comes from the contract that made it, else from storage.
 */
export function produceHere(
  context: Pick<Context, 'home' | 'clock' | 'signal'>,
  { client }: Cloud,
): SimulateCallParameters['produce'] {
  const { signal } = context
  const input = async ({ path, cid }: Input) => ({
    path,
    source: await client.storage.getBytes(cid, { maxBytes: MAX_INPUT_BYTES, signal }),
  })
  return async (request: RequestOrder, posted): Promise<DeliveredResult> => {
    const cid = contentToCid({ content: request.bag, codec: request.bagCodec })
    const bytes =
      posted === undefined
        ? await client.storage.getBytes(cid, { maxBytes: MAX_BAG_BYTES, signal })
        : hexToBytes(posted)
    const { args, inputs } = taskOfBag(zBag.parse(JSON.parse(new TextDecoder().decode(bytes))), 0)
    const { manifestCid } = await findApp(client, request.app, { signal })
    const { manifest } = await readManifest(client, manifestCid, { signal })
    const program = await fetchProgram(client, manifest, signal)
    const { status, exitCode, fuel, stdout } = await withRuntime(context, async (runtime) =>
      runHere(
        runtime,
        program,
        {
          args,
          seed: seedOfTask(request.bag, 0),
          inputs: await Promise.all(inputs.map(input)),
          limits: runLimits(manifest.limits),
        },
        signal,
      ),
    )
    const content = bytesToHex(stdout)
    const finalAt = unixSeconds(0)
    return { status: RESULT_STATUS[status], exitCode, fuel, finalAt, path: '', content }
  }
}
