import { existsSync } from 'node:fs'
import { seconds } from '@millrace/base'
import { factsOf } from '../commands/showFollowed.ts'
import type { Context } from '../context.ts'
import type { Job } from '../home/clientDb.ts'
import { type Cloud, connectCloud } from '../home/connectCloud.ts'
import { followJob, type JobReport, resultDir } from '../jobs/followJob.ts'
import { buyJob, currentOf, prepareJob, resumeJob } from '../jobs/submitJob.ts'
import { formatCoins, shortHex } from '../terminal/format.ts'
import { progressText } from '../terminal/progressText.ts'
import { receiptText } from '../terminal/receiptText.ts'
import type { StartedCloud } from './bootstrap.ts'
import { createSteps, type Steps } from './steps.ts'

/** The main job, done. */
export type MainJob = {
  report: JobReport
  /** Since the start of the whole cloud. */
  firstSettledSec: number | undefined
  totalSec: number
}

export type MainJobOptions = { again?: boolean; once?: boolean; out?: string; startedMs: number }

const TRUST = 0.9
const DEADLINE = seconds(30 * 60)

/**
 * Buys the example of the catalogue's main app as any user would, and shows each step. An earlier
 * start's job is gone on with if it was not finished, and not bought twice if it was.
 */
export async function runMainJob(
  context: Context,
  started: StartedCloud,
  options: MainJobOptions,
): Promise<MainJob | undefined> {
  const { out, t, clock } = context
  const { mainApp } = started
  if (mainApp === undefined) {
    out.say(t.cloud.noMain)
    return undefined
  }
  const earlier = options.again === true ? undefined : earlierJob(context, mainApp)
  if (earlier?.state === 'done') {
    await started.catalogueReady
    const dir = resultDir(earlier)
    out.say(t.cloud.mainDone({ number: earlier.number, dir: existsSync(dir) ? dir : undefined }))
    return undefined
  }
  const elapsedSec = (): number => (clock.nowMs() - options.startedMs) / 1000
  const step = createSteps(context, options.startedMs)
  out.say(t.cloud.mainJob({ app: mainApp }))
  const cloud = await connectCloud(context)
  const job =
    earlier === undefined
      ? await buyMain(context, cloud, { mainApp, step, out: options.out })
      : await resumeJob(context, cloud, earlier)
  let firstSettledSec: number | undefined
  const report = await followJob(context, cloud, job, {
    out: options.out,
    onProgress: (progress) =>
      out.status(
        progressText(progress, {
          t,
          elapsedSec: elapsedSec(),
          columns: process.stderr.columns ?? 80,
        }),
      ),
    onSettled: () => {
      if (firstSettledSec !== undefined) return
      firstSettledSec = elapsedSec()
      step(t.receipt.tasks, t.cloud.firstSettled)
    },
    onAssembling: () => step(t.receipt.tasks, t.cloud.allSettled({ tasks: job.record.tasks })),
  })
  out.status(undefined)
  const done = { report, firstSettledSec, totalSec: elapsedSec() }
  await started.catalogueReady
  out.say(`\n${out.paint.bold(t.receipt.title)}`)
  const facts = factsOf(report, done.totalSec)
  out.say(receiptText(report.receipt, facts, { t, paint: out.paint }))
  out.say(t.run.next({ number: job.number }))
  return done
}

/** The last job for the app that is worth going on with. */
function earlierJob(context: Context, mainApp: string): Job | undefined {
  return context
    .db()
    .allJobs()
    .filter(({ record }) => record.appName === mainApp)
    .find(
      ({ state, record }) => state === 'done' || (state === 'running' && record.deals.length > 0),
    )
}

async function buyMain(
  context: Context,
  cloud: Cloud,
  { mainApp, step, out }: { mainApp: string; step: Steps; out: string | undefined },
): Promise<Job> {
  const { t } = context
  const offer = await prepareJob(context, cloud, {
    app: mainApp,
    flags: { args: [], each: [], array: undefined, input: [] },
    trust: TRUST,
    deadlineSec: DEADLINE,
    maxPrice: undefined,
    maturitySec: undefined,
    onlyPool: undefined,
    requirements: undefined,
    rank: undefined,
    dataset: undefined,
    out,
  })
  const price = formatCoins(offer.price)
  step(t.receipt.job, t.cloud.ordered({ tasks: offer.spec.tasks.length, price }))
  const { job, deals } = await buyJob(context, cloud, offer)
  for (const { dealId } of deals) step(t.receipt.deal, t.cloud.dealt({ deal: shortHex(dealId) }))
  return currentOf(context, job)
}

/** What `--once --json` prints. */
export function mainJobDocument({ report, firstSettledSec, totalSec }: MainJob): object {
  const { job, receipt, outcome, assembled, dir } = report
  const round = (sec: number): number => Math.round(sec * 1000) / 1000
  return {
    job: job.request,
    deal: receipt.deals[0]?.dealId,
    tasks: job.record.tasks,
    settled: outcome.settled,
    result: assembled[0] ?? dir,
    digest: receipt.digest,
    paid: receipt.paid,
    gasPerTask: Number(receipt.gas.perTask),
    firstSettledSec: firstSettledSec === undefined ? undefined : round(firstSettledSec),
    totalSec: round(totalSec),
  }
}
