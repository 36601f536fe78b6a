import { address, InvalidInputError, type Seconds } from '@millrace/base'
import { type Expression, type OfferWeights, parseExpression } from '@millrace/protocol'
import type { ServiceLevel } from '@millrace/sdk'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exitCodes.ts'
import type { Job } from '../home/clientDb.ts'
import { connectCloud } from '../home/connectCloud.ts'
import { DEFAULT_DEADLINE } from '../jobs/askMarket.ts'
import { requireResultFolder } from '../jobs/followJob.ts'
import { offersText } from '../jobs/offersText.ts'
import { parseWeights } from '../jobs/offerWeights.ts'
import { buyJob, currentOf, type Offer, type Purchase, prepareJob } from '../jobs/submitJob.ts'
import {
  formatCoins,
  formatDuration,
  formatTrust,
  parseCoins,
  parseDuration,
  parseShare,
  parseTrust,
} from '../terminal/format.ts'
import { showFollowed } from './showFollowed.ts'

export type RunOptions = {
  each?: string[]
  array?: string
  input?: string[]
  trust: string
  maxPrice?: string
  deadline?: string
  sla?: string
  taskTime?: string
  appealable?: string
  pool?: string
  requirements?: string
  rank?: string
  weights?: string
  explain?: boolean
  dataset?: string
  out?: string
  wait?: boolean
  detach?: boolean
  idOnly?: boolean
  dryRun?: boolean
}

/** `millrace run`: price, deal, progress, verified results, receipt. Ends with the job's fate. */
export async function run(
  context: Context,
  [app = '', ...args]: string[],
  options: RunOptions,
): Promise<ExitCode> {
  const purchase = purchaseOf(app, args, options)
  const startedMs = context.clock.nowMs()
  const cloud = await connectCloud(context)
  const offer = await prepareJob(context, cloud, purchase)
  notePrice(context, offer)
  if (options.explain === true) noteStandings(context, offer)
  if (options.dryRun === true) return showOffer(context, offer)
  if (options.out !== undefined || !isDetached(options)) requireResultFolder(options.out)
  const { job } = await buyJob(context, cloud, offer, (recorded) =>
    noteRecorded(context, recorded, options),
  )
  if (isDetached(options)) return showDetached(context, job, options)
  return showFollowed(context, cloud, currentOf(context, job), {
    out: options.out,
    startedMs,
    isOwnRun: true,
    isTold: options.idOnly === true,
  })
}

function purchaseOf(app: string, args: string[], options: RunOptions): Purchase {
  if (options.wait === true && options.detach === true)
    throw new InvalidInputError({
      field: '--detach',
      value: 'given with --wait',
      expected: 'one of the two',
    })
  expressionOf(options.rank)
  const weights = weightsOf(options)
  return {
    app,
    flags: { args, each: options.each ?? [], array: options.array, input: options.input ?? [] },
    trust: parseTrust(options.trust, '--trust'),
    deadlineSec: deadlineOf(options),
    maxPrice:
      options.maxPrice === undefined ? undefined : parseCoins(options.maxPrice, '--max-price'),
    sla: slaOf(options),
    maturitySec:
      options.appealable === undefined
        ? undefined
        : parseDuration(options.appealable, '--appealable'),
    onlyPool: options.pool === undefined ? undefined : address(options.pool, '--pool'),
    dataset: options.dataset === undefined ? undefined : address(options.dataset, '--dataset'),
    requirements: expressionOf(options.requirements),
    rank: options.rank,
    weights,
    out: options.out,
  }
}

/** Read before anything is stored: what is wrong with it is told at once. */
function expressionOf(text: string | undefined): Expression | undefined {
  return text === undefined ? undefined : parseExpression(text)
}

function weightsOf({ weights, rank, explain }: RunOptions): OfferWeights | undefined {
  if (weights === undefined) {
    if (explain !== true) return undefined
    throw new InvalidInputError({
      field: '--explain',
      value: 'given without --weights',
      expected: 'given with what is to be weighed, such as --weights price=3,time=2',
    })
  }
  if (rank === undefined) return parseWeights(weights, '--weights')
  throw new InvalidInputError({
    field: '--weights',
    value: 'given with --rank',
    expected: 'one of the two',
  })
}

function deadlineOf({ deadline }: RunOptions): Seconds | undefined {
  return deadline === undefined ? undefined : parseDuration(deadline, '--deadline')
}

/** Shares are counted in basis points: finer promises are not made. */
function slaOf(options: RunOptions): ServiceLevel | undefined {
  const { sla, taskTime } = options
  if (sla === undefined) {
    if (taskTime === undefined) return undefined
    throw new InvalidInputError({
      field: '--task-time',
      value: taskTime,
      expected: 'given with --sla: it is part of what the pool promises',
    })
  }
  const taskSec =
    taskTime === undefined
      ? (deadlineOf(options) ?? DEFAULT_DEADLINE)
      : parseDuration(taskTime, '--task-time')
  return { shareBps: parseShare(sla, '--sla'), taskSec }
}

/** `--id-only` is for scripts that come back later, unless they say that they wait. */
function isDetached({ wait, detach, idOnly }: RunOptions): boolean {
  return detach === true || (idOnly === true && wait !== true)
}

function notePrice(
  { out, t }: Context,
  { resolved, spec, request, price, match, purchase }: Offer,
): void {
  if (spec.isExample) out.note(t.run.example({ app: resolved.manifest.name }))
  out.note(
    t.run.price({
      app: `${resolved.manifest.name} ${resolved.manifest.version}`,
      tasks: spec.tasks.length,
      total: formatCoins(price),
      perTask: formatCoins(match.costPerTask),
      trust: purchase.trust === 0 ? undefined : formatTrust(purchase.trust),
      deadline: formatDuration(request.deadlineSec),
    }),
  )
}

function noteStandings({ out, t }: Context, { match, purchase }: Offer): void {
  const { standings = [] } = match
  out.note(offersText(standings, purchase.weights ?? {}, t))
}

function showOffer({ out, t }: Context, { resolved, spec, price, match }: Offer): ExitCode {
  out.result(
    {
      app: resolved.app,
      tasks: spec.tasks.length,
      price: price,
      pricePerTask: match.costPerTask,
      pool: 'pool' in match.pool.signed.order ? match.pool.signed.order.pool : undefined,
      standings: match.standings,
    },
    () => t.run.dryRun,
  )
  return EXIT.ok
}

function noteRecorded({ out, t }: Context, job: Job, { idOnly }: RunOptions): void {
  if (idOnly === true) out.result(job.number, () => String(job.number))
  else out.note(t.run.recorded({ number: job.number, request: job.request }))
}

function showDetached(context: Context, job: Job, { idOnly }: RunOptions): ExitCode {
  const { record } = currentOf(context, job)
  if (idOnly === true) return EXIT.ok
  const deals = record.deals.map(({ dealId }) => dealId)
  context.out.result(
    { job: job.number, request: job.request, app: record.app, tasks: record.tasks, deals },
    () => context.t.run.detached({ number: job.number }),
  )
  return EXIT.ok
}
