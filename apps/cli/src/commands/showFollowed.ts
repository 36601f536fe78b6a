import type { JobProgress } from '@millrace/sdk'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exitCodes.ts'
import type { Job } from '../home/clientDb.ts'
import type { Cloud } from '../home/connectCloud.ts'
import { followJob, type JobReport } from '../jobs/followJob.ts'
import { progressText } from '../terminal/progressText.ts'
import { receiptText } from '../terminal/receiptText.ts'

export type ShowOptions = {
  out?: string | undefined
  startedMs: number
  /** True for the command that bought it: the times of the receipt are the job's. */
  isOwnRun: boolean
  /** True when the job's number was this command's whole result. */
  isTold?: boolean
}

const PLAIN_PROGRESS_MS = 3000

/** Follows a job before the user's eyes and ends with its fate. Ctrl-C leaves it running. */
export async function showFollowed(
  context: Context,
  cloud: Cloud,
  job: Job,
  { out: folder, startedMs, isOwnRun, isTold = false }: ShowOptions,
): Promise<ExitCode> {
  const { out, clock, t } = context
  const elapsedSec = (): number => (clock.nowMs() - startedMs) / 1000
  let firstSettledSec: number | undefined
  let report: JobReport
  try {
    report = await followJob(context, cloud, job, {
      out: folder,
      ...(out.json ? {} : { onProgress: progressShower(context, startedMs) }),
      onSettled: () => {
        firstSettledSec ??= elapsedSec()
      },
      onAssembling: () => out.note(t.run.assembling),
    })
  } catch (error) {
    if (!context.signal.aborted) throw error
    out.note(t.run.interrupted({ number: job.number }))
    return EXIT.interrupted
  } finally {
    out.status(undefined)
  }
  const tookSec = isOwnRun ? elapsedSec() : undefined
  noteReport(context, report, tookSec)
  if (!isTold)
    out.result(reportDocument(report, { tookSec, firstSettledSec }), () =>
      resultText(context, report),
    )
  return report.fate
}

/** A bar on a terminal, elsewhere a line now and then that says something new; nothing for jobs that are over at once. */
function progressShower(
  { out, t, clock }: Context,
  startedMs: number,
): (progress: JobProgress) => void {
  let lastLineMs = startedMs
  let lastLine = ''
  return (progress) => {
    const nowMs = clock.nowMs()
    const elapsedSec = (nowMs - startedMs) / 1000
    if (out.interactive) {
      out.status(progressText(progress, { t, elapsedSec, columns: process.stderr.columns ?? 80 }))
    } else if (nowMs - lastLineMs >= PLAIN_PROGRESS_MS) {
      lastLineMs = nowMs
      const line = progressText(progress, { t, elapsedSec, columns: 200 }).trimStart()
      if (line !== lastLine) out.note(line)
      lastLine = line
    }
  }
}

function noteReport(context: Context, report: JobReport, tookSec: number | undefined): void {
  const { out, t } = context
  for (const { task, error } of report.unverified.slice(0, 5))
    out.note(`${out.paint.bad(t.errors.label)} ${task}: ${error.message}`)
  if (report.outcome.state !== 'done') {
    const { settled } = report.outcome
    out.note(t.run.ended[report.outcome.state]({ settled, asked: report.job.record.tasks }))
  }
  noteFailures(context, report)
  out.note(`\n${out.paint.bold(t.receipt.title)}`)
  out.note(receiptText(report.receipt, factsOf(report, tookSec), { t, paint: out.paint }))
  out.note(t.run.next({ number: report.job.number }))
}

export function factsOf(
  { job, lines, unverified, dir, assembled }: JobReport,
  tookSec: number | undefined,
) {
  const ok = lines.filter(({ status }) => status === 'ok').length
  return {
    number: job.number,
    appName: job.record.appName,
    dir,
    assembled,
    tookSec,
    ok,
    failed: lines.length - ok,
    unverified: unverified.length,
  }
}

const MAX_FAILURES = 5

/** How tasks failed, and what the first of them said; a single task's stderr in any case. */
function noteFailures({ out, t }: Context, { lines, single, lastWords, job }: JobReport): void {
  const failed = lines.filter(({ status }) => status !== 'ok')
  for (const { index, status, exitCode } of failed.slice(0, MAX_FAILURES)) {
    const label = job.record.labels[index] ?? String(index)
    out.note(t.run.taskFailed({ label, how: t.run.statuses[status]?.(exitCode) ?? status }))
  }
  if (failed.length > MAX_FAILURES) out.note(t.run.moreFailed(failed.length - MAX_FAILURES))
  const words = single === undefined ? '' : new TextDecoder().decode(single.output.stderr).trimEnd()
  const said = words === '' ? lastWords : words
  if (said !== '') out.note(said)
}

/** One task: what the program printed, byte for byte. A bag: where the results are. */
function resultText({ out }: Context, { single, assembled, dir }: JobReport): string | undefined {
  if (single === undefined) return assembled.length === 1 ? assembled[0] : dir
  out.bytes(single.output.stdout)
  return undefined
}

/** The JSON form of a followed job. */
export function reportDocument(
  report: JobReport,
  {
    tookSec,
    firstSettledSec,
  }: { tookSec: number | undefined; firstSettledSec: number | undefined },
): Record<string, unknown> {
  const { job, outcome, receipt, lines, unverified, dir, assembled, fate } = report
  return {
    job: job.number,
    request: job.request,
    app: job.record.appName,
    state: outcome.state,
    exitCode: fate,
    tasks: job.record.tasks,
    settled: outcome.settled,
    deals: receipt.deals,
    paid: receipt.paid,
    refunded: receipt.refunded,
    compensation: receipt.compensation,
    payments: receipt.payments,
    workers: receipt.workers,
    gas: receipt.gas,
    trust: receipt.trust,
    digest: receipt.digest,
    dir,
    assembled,
    results: lines,
    unverified: unverified.map(({ task, error }) => ({
      task,
      code: error.code,
      message: error.message,
    })),
    firstSettledSec,
    totalSec: tookSec,
  }
}
