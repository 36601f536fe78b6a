import { orderHash, toJson } from '@millrace/base'
import { hashTask } from '@millrace/protocol'
import {
  cancelRequest,
  claimRefund,
  explainTask,
  fetchResults,
  getOrder,
  maxArchiveBytes,
  poolUrlOf,
  quote,
  readSettled,
  type SettledTask,
} from '@millrace/sdk'
import { type Explanation, zRequestOrder } from '@millrace/wire'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exitCodes.ts'
import type { Job } from '../home/clientDb.ts'
import { type Cloud, connectCloud } from '../home/connectCloud.ts'
import { followJob, type JobReport, knownDeals, manifestOf, resultDir } from '../jobs/followJob.ts'
import { etaOf, etaText } from '../jobs/jobEta.ts'
import { selectJob, selectJobs } from '../jobs/selectors.ts'
import { preferencesOf, resumeJob } from '../jobs/submitJob.ts'
import { logOf, logText } from '../jobs/taskLog.ts'
import { formatTime, formatTrust, shortHex } from '../terminal/format.ts'
import { alignRows } from '../terminal/receiptText.ts'
import { formatTable } from '../terminal/table.ts'
import { reportDocument, showFollowed } from './showFollowed.ts'

const LAST = ['last']

/** `millrace job ls`: newest first. */
export function jobLs(context: Context, selectors: string[]): Promise<ExitCode> {
  const { out, t } = context
  const jobs = selectJobsOrNone(context, selectors.length === 0 ? ['all'] : selectors)
  const rows = jobs
    .reverse()
    .map((job) => [
      String(job.number),
      t.job.states[job.state],
      job.record.appName,
      String(job.record.tasks),
      formatTime(job.createdAt),
      shortHex(job.request),
    ])
  out.result({ jobs: jobs.map(summaryOf) }, () =>
    rows.length === 0 ? t.job.none : formatTable(t.job.columns, rows),
  )
  return Promise.resolve(EXIT.ok)
}

function selectJobsOrNone(context: Context, selectors: string[]): Job[] {
  const db = context.db()
  if (selectors.includes('all') && db.lastJob() === undefined) return []
  return selectJobs(db, selectors)
}

/** `millrace job show`: where each job stands, from the chain. */
export async function jobShow(context: Context, selectors: string[]): Promise<ExitCode> {
  const { out, t } = context
  const jobs = selectJobs(context.db(), selectors.length === 0 ? LAST : selectors)
  const cloud = await connectCloud(context)
  const shown = await Promise.all(jobs.map((job) => describe(context, cloud, job)))
  out.result(shown.length === 1 ? shown[0] : { jobs: shown }, () =>
    shown
      .map((job) => {
        const trust = job.trust === 0 ? 'none' : formatTrust(job.trust)
        const words = {
          ...job,
          state: t.job.states[job.state],
          trust,
          eta: etaText(context, job.eta),
        }
        return alignRows(rowsOf(t.job.fields, words), out.paint)
      })
      .join('\n\n'),
  )
  return EXIT.ok
}

async function describe(context: Context, cloud: Cloud, job: Job) {
  const deals = await knownDeals(context, cloud, job)
  const settled = await settledOf(context, cloud, job)
  const eta = job.state === 'running' ? await etaOf(context, cloud, deals) : undefined
  return {
    ...summaryOf(job),
    trust: job.record.trust,
    settled: settled.length,
    eta,
    deals: deals.map(({ dealId }) => dealId),
    pool: deals[0]?.terms.pool,
    expiresAt: deals[0] === undefined ? undefined : formatTime(deals[0].terms.expiresAt),
    dir: resultDir(job),
  }
}

function summaryOf({ number, request, state, createdAt, record }: Job) {
  return {
    job: number,
    request,
    state,
    app: record.appName,
    tasks: record.tasks,
    createdAt: formatTime(createdAt),
  }
}

function rowsOf(
  names: Record<string, string>,
  values: Record<string, unknown>,
): [string, string][] {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [
      names[key] ?? key,
      Array.isArray(value) ? value.join(', ') : String(value),
    ])
}

/** All tasks of a job that have settled so far. */
async function settledOf(context: Context, cloud: Cloud, job: Job): Promise<SettledTask[]> {
  const deals = await knownDeals(context, cloud, job)
  const { signal } = context
  const parts = await Promise.all(
    deals.map((deal) => readSettled(cloud.client, deal, { fromBlock: deal.block, signal })),
  )
  return parts.flatMap(({ tasks }) => tasks).sort((a, b) => a.bagIndex - b.bagIndex)
}

/** `millrace job wait` and `job get`: the same end as `run`, whenever it is asked for. */
export async function jobWait(
  context: Context,
  selectors: string[],
  { out: folder }: { out?: string },
): Promise<ExitCode> {
  const jobs = selectJobs(context.db(), selectors.length === 0 ? LAST : selectors)
  const cloud = await connectCloud(context)
  const startedMs = context.clock.nowMs()
  const [only] = jobs
  if (only === undefined) return EXIT.usage
  if (jobs.length === 1)
    return showFollowed(context, cloud, await resumeJob(context, cloud, only), {
      out: folder,
      startedMs,
      isOwnRun: false,
    })
  return waitForAll(context, cloud, jobs)
}

/** Several jobs, one document: the worst fate is the command's. */
async function waitForAll(context: Context, cloud: Cloud, jobs: readonly Job[]): Promise<ExitCode> {
  const reports: JobReport[] = []
  for (const job of jobs)
    reports.push(await followJob(context, cloud, await resumeJob(context, cloud, job)))
  const documents = reports.map((report) =>
    reportDocument(report, { tookSec: undefined, firstSettledSec: undefined }),
  )
  context.out.result({ jobs: documents }, () =>
    reports
      .map(({ job, dir, fate }) => `${job.number}  ${context.t.job.fates(fate)}  ${dir}`)
      .join('\n'),
  )
  return reports.reduce<ExitCode>((worst, { fate }) => (fate > worst ? fate : worst), EXIT.ok)
}

/** `millrace job logs`: what the tasks printed, in the order of the bag; `-f` as they settle. */
export async function jobLogs(
  context: Context,
  [selector = 'last']: string[],
  { follow }: { follow?: boolean },
): Promise<ExitCode> {
  const job = selectJob(context.db(), selector)
  const cloud = await connectCloud(context)
  if (follow === true) {
    const { followLogs } = await import('./followLogs.ts')
    return followLogs(context, cloud, job)
  }
  const manifest = await manifestOf(context, cloud, job)
  const tasks = await settledOf(context, cloud, job)
  const found = await fetchResults(cloud.client, tasks, {
    maxBytes: maxArchiveBytes(manifest.limits),
    signal: context.signal,
  })
  const logs = found.flatMap((entry) =>
    entry.kind === 'verified' ? [logOf(job, entry.result)] : [],
  )
  context.out.result(
    { job: job.number, settled: tasks.length, tasks: job.record.tasks, logs },
    () =>
      logs.length === 0
        ? context.t.job.noLogs({ number: job.number })
        : logs.map((log) => logText(job, log)).join('\n'),
  )
  return found.some(({ kind }) => kind === 'unverified') ? EXIT.unverified : EXIT.ok
}

/** `millrace job stop`: what is not matched is cancelled; what is matched runs to its end. */
export async function jobStop(context: Context, selectors: string[]): Promise<ExitCode> {
  const { out, t } = context
  const jobs = selectJobs(context.db(), selectors.length === 0 ? LAST : selectors)
  const cloud = await connectCloud(context)
  const stopped: Awaited<ReturnType<typeof stop>>[] = []
  for (const job of jobs) stopped.push(await stop(context, cloud, job))
  out.result(stopped.length === 1 ? stopped[0] : { jobs: stopped }, () =>
    stopped.map((entry) => t.job.stopped(entry)).join('\n'),
  )
  return EXIT.ok
}

async function stop(context: Context, cloud: Cloud, job: Job) {
  const { client } = cloud
  const order = zRequestOrder.parse(job.record.signed.order)
  const deals = await knownDeals(context, cloud, job)
  const dealt = deals.reduce((sum, { terms }) => sum + terms.volume, 0)
  const cancelled = Math.max(0, job.record.tasks - dealt)
  const { signal } = context
  if (cancelled > 0)
    await cancelRequest(client, { request: orderHash(job.request), order }, { signal })
  const claims = await Promise.all(deals.map((deal) => claimRefund(client, deal, { signal })))
  const settled = (await settledOf(context, cloud, job)).length
  if (cancelled > 0 && dealt === 0) context.db().updateJob(job.number, { state: 'stopped' })
  const refunded = claims.some((hash) => hash !== undefined)
  return { job: job.number, cancelled, running: refunded ? 0 : dealt - settled, settled, refunded }
}

/** `millrace job explain`: why it is not done, and what would help. */
export async function jobExplain(
  context: Context,
  [selector = 'last']: string[],
): Promise<ExitCode> {
  const { out, t } = context
  const job = selectJob(context.db(), selector)
  const cloud = await connectCloud(context)
  const deals = await knownDeals(context, cloud, job)
  const explanations =
    deals.length === 0
      ? [await explainOrder(context, cloud, job)]
      : await explainOpenTasks(context, cloud, job)
  out.result({ job: job.number, explanations }, () =>
    explanations.length === 0
      ? t.job.nothingToExplain({ number: job.number })
      : explanations.map((entry) => explanationText(context, entry)).join('\n\n'),
  )
  return EXIT.ok
}

/** Tasks shown: one stands for all that wait for the same. */
const MAX_EXPLAINED = 3

async function explainOpenTasks(context: Context, cloud: Cloud, job: Job): Promise<Explanation[]> {
  const { client } = cloud
  const settled = new Set((await settledOf(context, cloud, job)).map(({ taskId }) => taskId))
  const deals = await knownDeals(context, cloud, job)
  const open = deals.flatMap(({ dealId, terms }) =>
    Array.from({ length: terms.volume }, (_, index) => ({
      taskId: hashTask(dealId, index),
      pool: terms.pool,
    })).filter(({ taskId }) => !settled.has(taskId)),
  )
  return Promise.all(
    open
      .slice(0, MAX_EXPLAINED)
      .map(async ({ taskId, pool }) => explainTask(client, await poolUrlOf(client, pool), taskId)),
  )
}

/** A request that nobody matched: the market says what does not fit. */
async function explainOrder(
  { t, signal }: Context,
  { client }: Cloud,
  job: Job,
): Promise<Explanation> {
  const book = await getOrder(client, orderHash(job.request), { signal })
  const order = zRequestOrder.parse(JSON.parse(toJson(book.signed.order)))
  const answer = await quote(client, order, { ...preferencesOf(job), signal })
  const because = answer.found
    ? [t.job.offerFits]
    : [...new Set(answer.reasons.map(({ message }) => message))]
  return { subject: job.request, state: book.state, because, remedies: [], history: [] }
}

export function explanationText(
  { t, out: { paint } }: Context,
  { subject, state, because, remedies, history }: Explanation,
): string {
  const list = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : [`  ${paint.dim(title)}`, ...lines.map((line) => `    - ${line}`)]
  return [
    `${paint.bold(shortHex(subject, 16))}  ${state}`,
    ...list(t.job.because, because),
    ...list(t.job.remedies, remedies),
    ...list(
      t.job.history,
      history.map(({ at, event, detail }) => `${formatTime(at)}  ${event}  ${detail}`.trimEnd()),
    ),
  ].join('\n')
}
