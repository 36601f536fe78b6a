import { ZERO_ADDRESS } from '@millrace/base'
import { hashResult, seedOfTask, summariseOutput } from '@millrace/protocol'
import {
  datasetCid,
  fetchResults,
  maxArchiveBytes,
  readSettled,
  type SettledTask,
  taskOfBag,
} from '@millrace/sdk'
import { cidToContent } from '@millrace/storage/client'
import { type Bag, type Input, zBag, zRequestOrder } from '@millrace/wire'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exitCodes.ts'
import type { Job } from '../home/clientDb.ts'
import { type Cloud, connectCloud } from '../home/connectCloud.ts'
import { knownDeals, manifestOf, requireTasks } from '../jobs/followJob.ts'
import { parseNumberList } from '../jobs/numberList.ts'
import { fetchProgram, runHere, runLimits, withRuntime } from '../jobs/sandbox.ts'
import { nativeSha256 } from '../jobs/saveResults.ts'
import { selectJob } from '../jobs/selectors.ts'
import { shortHex } from '../terminal/format.ts'

/** One task's two checks. */
type Verdict = {
  index: number
  task: string
  digest: string
  /** The downloaded bytes are those that settled. */
  bytes: boolean
  /** The same program here gives the same digest; absent when it was not run. */
  rerun: boolean | undefined
  /** What was found instead. */
  found: string | undefined
}

const MAX_BAG_BYTES = 256 * 1024 * 1024
const MAX_INPUT_BYTES = 1024 * 1024 * 1024

/** `millrace job verify`: believes nobody: bytes against the chain, and every task once more here. */
export async function jobVerify(
  context: Context,
  [selector = 'last']: string[],
  { tasks: chosen }: { tasks?: string },
): Promise<ExitCode> {
  const { out, t, signal } = context
  const job = selectJob(context.db(), selector)
  const cloud = await connectCloud(context)
  const manifest = await manifestOf(context, cloud, job)
  const settled = await settledTasks(context, cloud, job)
  requireTasks(settled.length, job)
  const wanted = chosen === undefined ? undefined : new Set(parseNumberList(chosen, '--tasks'))
  const tasks = settled.filter(({ bagIndex }) => wanted === undefined || wanted.has(bagIndex))
  const collected = await fetchResults(cloud.client, tasks, {
    maxBytes: maxArchiveBytes(manifest.limits),
    signal,
  })
  const bytesOk = new Set(
    collected.flatMap((entry) => (entry.kind === 'verified' ? [entry.task.taskId] : [])),
  )
  out.note(t.verify.bytes({ good: bytesOk.size, all: tasks.length }))
  const canRerun = manifest.determinism !== 'none'
  if (!canRerun) out.note(t.verify.cannotRerun)
  const verdicts = canRerun
    ? await rerunAll(context, cloud, { job, tasks, bytesOk })
    : tasks.map((task) => verdictOf(task, bytesOk, undefined))
  const isGood = verdicts.every(({ bytes, rerun }) => bytes && rerun !== false)
  out.result({ job: job.number, verified: isGood, tasks: verdicts }, () =>
    isGood
      ? out.paint.good(t.verify.good({ number: job.number, tasks: verdicts.length }))
      : t.verify.bad({
          number: job.number,
          tasks: verdicts
            .filter(({ bytes, rerun }) => !bytes || rerun === false)
            .map(({ index }) => index)
            .join(', '),
        }),
  )
  return isGood ? EXIT.ok : EXIT.unverified
}

async function settledTasks(context: Context, cloud: Cloud, job: Job): Promise<SettledTask[]> {
  const deals = await knownDeals(context, cloud, job)
  const parts = await Promise.all(
    deals.map((deal) =>
      readSettled(cloud.client, deal, { fromBlock: deal.block, signal: context.signal }),
    ),
  )
  return parts.flatMap(({ tasks }) => tasks).sort((a, b) => a.bagIndex - b.bagIndex)
}

async function rerunAll(
  context: Context,
  cloud: Cloud,
  {
    job,
    tasks,
    bytesOk,
  }: { job: Job; tasks: readonly SettledTask[]; bytesOk: ReadonlySet<string> },
): Promise<Verdict[]> {
  const { out, t, signal } = context
  const manifest = await manifestOf(context, cloud, job)
  const program = await fetchProgram(cloud.client, manifest, signal)
  const { content } = cidToContent(job.record.bagCid)
  const bag = await fetchBag(cloud, job, signal)
  const inputBytes = createInputReader(cloud, signal)
  const shared = await datasetOf(cloud, job, signal)
  return withRuntime(context, async (runtime) => {
    const verdicts: Verdict[] = []
    for (const task of tasks) {
      const { args, inputs } = taskOfBag(bag, task.bagIndex)
      const result = await runHere(
        runtime,
        program,
        {
          args,
          seed: seedOfTask(content, task.bagIndex),
          inputs: await Promise.all([...inputs, ...shared].map(inputBytes)),
          limits: runLimits(manifest.limits),
        },
        signal,
      )
      const found = hashResult(task.taskId, summariseOutput(result, nativeSha256))
      verdicts.push(verdictOf(task, bytesOk, found))
      out.status(t.verify.progress({ done: verdicts.length, all: tasks.length }))
      if (found !== task.digest)
        out.note(
          t.verify.differs({
            index: task.bagIndex,
            settled: shortHex(task.digest),
            found: shortHex(found),
          }),
        )
    }
    return verdicts
  })
}

function verdictOf(
  { bagIndex, taskId, digest }: SettledTask,
  bytesOk: ReadonlySet<string>,
  found: string | undefined,
): Verdict {
  return {
    index: bagIndex,
    task: taskId,
    digest,
    bytes: bytesOk.has(taskId),
    rerun: found === undefined ? undefined : found === digest,
    found: found === digest ? undefined : found,
  }
}

/** The data set that the job was run on, as its tasks saw it. */
async function datasetOf({ client }: Cloud, { record }: Job, signal: AbortSignal) {
  const { dataset } = zRequestOrder.parse(record.signed.order)
  if (dataset === ZERO_ADDRESS) return []
  return [{ path: 'dataset', cid: await datasetCid(client, dataset, { signal }) }]
}

async function fetchBag({ client }: Cloud, { record }: Job, signal: AbortSignal): Promise<Bag> {
  const bytes = await client.storage.getBytes(record.bagCid, { maxBytes: MAX_BAG_BYTES, signal })
  return zBag.parse(JSON.parse(new TextDecoder().decode(bytes)))
}

/** Inputs shared by many tasks are fetched once. */
function createInputReader({ client }: Cloud, signal: AbortSignal) {
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
