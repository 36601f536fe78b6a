import { fetchResults, maxArchiveBytes, readSettled, type SettledTask } from '@millrace/sdk'
import { type Manifest, zRequestOrder } from '@millrace/wire'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exitCodes.ts'
import type { Job } from '../home/clientDb.ts'
import { type Cloud, connectCloud } from '../home/connectCloud.ts'
import { knownDeals, manifestOf, requireTasks } from '../jobs/followJob.ts'
import { parseNumberList } from '../jobs/numberList.ts'
import { withReruns } from '../jobs/rerunTask.ts'
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
    ? await rerunAll(context, cloud, { job, manifest, tasks, bytesOk })
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

function rerunAll(
  context: Context,
  { client }: Cloud,
  {
    job: { record },
    manifest,
    tasks,
    bytesOk,
  }: {
    job: Job
    manifest: Manifest
    tasks: readonly SettledTask[]
    bytesOk: ReadonlySet<string>
  },
): Promise<Verdict[]> {
  const { out, t } = context
  const { dataset } = zRequestOrder.parse(record.signed.order)
  const source = { manifest, bagCid: record.bagCid, dataset }
  return withReruns(context, client, source, async (rerun) => {
    const verdicts: Verdict[] = []
    for (const task of tasks) {
      const found = await rerun(task)
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
