import { join, resolve } from 'node:path'
import { type BaseError, InvalidInputError, orderHash } from '@millrace/base'
import {
  claimRefund,
  collectResults,
  type FollowedDeal,
  findDeals,
  type JobOutcome,
  type JobProgress,
  type JobReceipt,
  maxArchiveBytes,
  parseManifest,
  readJobReceipt,
  readManifest,
  type SettledTask,
  type VerifiedResult,
} from '@millrace/sdk'
import type { Manifest } from '@millrace/wire'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exitCodes.ts'
import type { Job, JobState } from '../home/clientDb.ts'
import type { Cloud } from '../home/connectCloud.ts'
import { makeFolder } from '../home/makeFolder.ts'
import { openResultFolder, type ResultLine } from './saveResults.ts'
import { followedDeal } from './submitJob.ts'

/** A job that has come to its end, with everything that was fetched and checked. */
export type JobReport = {
  job: Job
  manifest: Manifest
  outcome: JobOutcome
  receipt: JobReceipt
  lines: ResultLine[]
  /** Results that could not be had or did not match. */
  unverified: { task: string; error: BaseError }[]
  dir: string
  /** Files that the app's own joining step made of all results. */
  assembled: string[]
  /** The only result of a job of one task. */
  single: VerifiedResult | undefined
  /** What the first failed task said on stderr, in the order of the bag. */
  lastWords: string
  fate: ExitCode
}

export type FollowOptions = {
  /** Where results go; by default what the job was told, else a folder of its own. */
  out?: string | undefined
  onProgress?: (progress: JobProgress) => void
  onResult?: (line: ResultLine, result: VerifiedResult) => void
  /** The first of them tells how long the market took. */
  onSettled?: (tasks: SettledTask[]) => void
  onAssembling?: () => void
}

/** Follows a job to its end: downloads, checks and saves what settles, then joins it and reads the receipt. */
export async function followJob(
  context: Context,
  cloud: Cloud,
  job: Job,
  options: FollowOptions = {},
): Promise<JobReport> {
  const { client } = cloud
  const { record } = job
  const manifest = await manifestOf(context, cloud, job)
  const folder = openResultFolder(resultDir(job, options.out), record.labels)
  const results: VerifiedResult[] = []
  const lines: ResultLine[] = []
  const tasks: SettledTask[] = []
  const failures: VerifiedResult[] = []
  const unverified: JobReport['unverified'] = []
  const request = orderHash(job.request)
  const outcome = await collectResults(
    client,
    { request, volume: record.tasks, deals: await knownDeals(context, cloud, job) },
    {
      signal: context.signal,
      maxBytes: maxArchiveBytes(manifest.limits),
      ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
      onSettled: (more) => {
        tasks.push(...more)
        options.onSettled?.(more)
      },
      onResult: (collected) => {
        if (collected.kind === 'unverified') {
          unverified.push({ task: collected.task.taskId, error: collected.error })
          return
        }
        const line = folder.save(collected.result)
        lines.push(line)
        if (line.status !== 'ok') failures.push(collected.result)
        if (manifest.assemble !== undefined || record.tasks === 1) results.push(collected.result)
        options.onResult?.(line, collected.result)
      },
    },
  )
  if (outcome.state === 'expired') await claimAll(context, cloud, outcome)
  const assembled = await assembleIfWhole({ context, job, manifest, results, folder, options })
  const receipt = await readJobReceipt(
    client,
    { request, volume: record.tasks },
    { outcome, tasks },
  )
  lines.sort((a, b) => a.index - b.index)
  const fate = fateOf(outcome, lines, unverified.length)
  folder.finish({ job: job.number, request, app: record.appName, digest: receipt.digest })
  context.db().updateJob(job.number, { state: stateOf(fate, outcome) })
  const single = record.tasks === 1 ? results[0] : undefined
  return {
    job,
    manifest,
    outcome,
    receipt,
    lines,
    unverified,
    dir: folder.dir,
    assembled,
    single,
    lastWords: lastWordsOf(failures),
    fate,
  }
}

const MAX_WORDS = 2000

function lastWordsOf(failures: readonly VerifiedResult[]): string {
  const [first] = [...failures].sort((a, b) => a.task.bagIndex - b.task.bagIndex)
  if (first === undefined) return ''
  return new TextDecoder().decode(first.output.stderr).trimEnd().slice(-MAX_WORDS)
}

/** Below the current folder. */
const RESULTS = 'millrace-results'

/** Makes sure that results can be written, before anything is paid. @throws {InvalidInputError} */
export function requireResultFolder(out: string | undefined): void {
  makeFolder(out ?? RESULTS, '--out')
}

/** Folder of a job's results: as asked, or ./millrace-results/<app>-<first digits of its id>. */
export function resultDir({ request, record }: Job, out?: string): string {
  const chosen = out ?? record.out
  if (chosen !== undefined) return resolve(chosen)
  return resolve(join(RESULTS, `${record.appName}-${request.slice(2, 10)}`))
}

/** The deals that the folder knows of, else what the market knows. */
export function knownDeals(
  { signal }: Context,
  { client }: Cloud,
  { request, record }: Job,
): Promise<FollowedDeal[]> {
  if (record.deals.length === 0) return findDeals(client, orderHash(request), { signal })
  return Promise.resolve(record.deals.map(followedDeal))
}

/** The job's manifest, from the folder's cache while it has it. */
export async function manifestOf(
  context: Context,
  { client }: Cloud,
  { record: { manifestCid } }: Job,
): Promise<Manifest> {
  const cached = context.db().cachedBlob(manifestCid)
  if (cached !== undefined) return parseManifest(cached)
  const { manifest, bytes } = await readManifest(client, manifestCid, { signal: context.signal })
  context.db().cacheBlob(manifestCid, bytes)
  return manifest
}

async function assembleIfWhole({
  context,
  job,
  manifest,
  results,
  folder,
  options,
}: {
  context: Context
  job: Job
  manifest: Manifest
  results: VerifiedResult[]
  folder: ReturnType<typeof openResultFolder>
  options: FollowOptions
}): Promise<string[]> {
  const isWhole = results.length === job.record.tasks
  if (manifest.assemble === undefined || job.record.tasks === 1 || !isWhole) return []
  if (results.some(({ output }) => output.status !== 'ok')) return []
  options.onAssembling?.()
  const { assembleResults } = await import('./assembleResults.ts')
  return folder.saveAssembled(await assembleResults(context, { job, manifest, results }))
}

/** Money of what never settled comes back without being asked for. */
async function claimAll(context: Context, { client }: Cloud, { deals }: JobOutcome): Promise<void> {
  for (const deal of deals) await claimRefund(client, deal, { signal: context.signal })
}

function fateOf({ state }: JobOutcome, lines: readonly ResultLine[], unverified: number): ExitCode {
  if (unverified > 0) return EXIT.unverified
  if (state !== 'done') return EXIT.expired
  return lines.every(({ status }) => status === 'ok') ? EXIT.ok : EXIT.failed
}

function stateOf(fate: ExitCode, { state }: JobOutcome): JobState {
  if (state !== 'done') return state
  return fate === EXIT.ok ? 'done' : 'failed'
}

/** For commands that need the settled bag whole. */
export function requireTasks(count: number, job: Job): void {
  if (count > 0) return
  throw new InvalidInputError({
    field: 'job',
    value: job.number,
    expected: 'a job of which at least one task has settled; see npx millrace job explain',
  })
}
