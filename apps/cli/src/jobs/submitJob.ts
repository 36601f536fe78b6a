import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import {
  type Address,
  type DealId,
  type Hex,
  mapLimit,
  nowSec,
  orderHash,
  type Seconds,
  toJson,
  txHash,
  type Wei,
} from '@millrace/base'
import type { Expression, OfferWeights } from '@millrace/protocol'
import {
  atQuotedPrice,
  buildRequest,
  createOrder,
  type FollowedDeal,
  findApp,
  findDeals,
  type Match,
  makeDeal,
  type Preferences,
  packBag,
  parseManifest,
  priceOf,
  publishApp,
  publishOrder,
  putInput,
  quote,
  readManifest,
  requireDataset,
  requireFree,
  type ServiceLevel,
  type SignedRequest,
} from '@millrace/sdk'
import { type Input, type Manifest, zDealTerms, zRequestOrder } from '@millrace/wire'
import type { Context } from '../context.ts'
import { DeterminismNeededError } from '../errors.ts'
import type { Job } from '../home/clientDb.ts'
import type { Cloud } from '../home/connectCloud.ts'
import { loadLocalApp, namesLocalApp, programOf } from './appSource.ts'
import { askMarket, DEFAULT_DEADLINE } from './askMarket.ts'
import { type JobFlags, type JobSpec, type LocalInput, specOfFlags } from './jobSpec.ts'

/** What is to be bought. */
export type Purchase = {
  /** Name or id of an app on sale, or a program of this machine. */
  app: string
  flags: JobFlags
  trust: number
  /** Undefined for the usual one, or a later one if the pool needs it for so many tasks. */
  deadlineSec: Seconds | undefined
  /** For the whole job. */
  maxPrice: Wei | undefined
  /** What the pool must promise of time; undefined for no promise. */
  sla?: ServiceLevel | undefined
  /** How long results can be appealed; payments wait so long. */
  maturitySec: Seconds | undefined
  onlyPool: Address | undefined
  /** What the ad of the pool must say. */
  requirements: Expression | undefined
  /** Which pool to prefer, as the text of an expression; the cheapest when absent. */
  rank: string | undefined
  /** What matters in a pool, instead of a rank. */
  weights?: OfferWeights | undefined
  /** Data set that every task reads. */
  dataset: Address | undefined
  /** Folder for the results; by default one named after the job. */
  out: string | undefined
}

/** The app of a purchase, whatever it was named by. */
export type ResolvedApp = { app: Address; manifest: Manifest; manifestCid: string }

/** A purchase with its price, before anything is signed. */
export type Offer = {
  resolved: ResolvedApp
  spec: JobSpec
  request: ReturnType<typeof buildRequest>
  /** Bytes of the request's ad; undefined when it has none. */
  ad: Hex | undefined
  match: Match
  price: Wei
  bagCid: string
  purchase: Purchase
}

const UPLOADS = 8

/**
 * Finds the app, stores the inputs and asks the market for the price. Nothing is bought yet.
 *
 * @throws {NoOfferFitsError} {@link PriceAboveLimitError} {@link UnknownAppError} {@link InvalidInputError}
 *   {@link ProgramRefusedError}
 */
export async function prepareJob(
  context: Context,
  cloud: Cloud,
  purchase: Purchase,
): Promise<Offer> {
  const { client } = cloud
  const { signal } = context
  const resolved = await resolveApp(context, cloud, purchase.app)
  const { manifest } = resolved
  if (manifest.determinism === 'none' && purchase.trust > 0)
    throw new DeterminismNeededError({ app: manifest.name, trust: purchase.trust })
  const spec = specOfFlags(purchase.flags, manifest.example)
  const inputs = await storeInputs(client, spec, signal)
  const bag = await packBag(
    client,
    {
      common: {
        args: spec.common.args,
        inputs: [
          ...(spec.isExample ? manifest.exampleInputs : []),
          ...spec.common.inputs.map((input) => inputs.get(input) as Input),
        ],
      },
      tasks: spec.tasks.map((task) => ({
        args: task.args,
        inputs: task.inputs.map((input) => inputs.get(input) as Input),
      })),
    },
    { signal },
  )
  const { trust, deadlineSec, sla, maturitySec, onlyPool, dataset } = purchase
  if (dataset !== undefined) await requireDataset(client, dataset, { signal })
  const plain = buildRequest(client, {
    requester: cloud.account,
    app: resolved.app,
    manifest,
    bag,
    // 0 comes only from --trust none.
    trust: trust === 0 ? 'none' : trust,
    deadlineSec: deadlineSec ?? DEFAULT_DEADLINE,
    sla,
    ...(maturitySec === undefined ? {} : { maturitySec }),
    ...(onlyPool === undefined ? {} : { onlyPool }),
    ...(dataset === undefined ? {} : { dataset }),
  })
  const { asked, ad, match } = await askMarket(client, plain, purchase, signal)
  const request = atQuotedPrice(asked, match)
  return {
    resolved,
    spec,
    request,
    ad,
    match,
    price: priceOf(match, request),
    bagCid: bag.cid,
    purchase,
  }
}

/**
 * Signs, records, publishes and matches. The job is in the folder's list before anything is sent, so
 * a crash at any point leaves a job that `millrace job wait` can go on with.
 *
 * @throws {NotEnoughMoneyError} and what the contracts object to
 */
export async function buyJob(
  context: Context,
  cloud: Cloud,
  offer: Offer,
  onRecorded: (job: Job) => void = () => {},
): Promise<{ job: Job; request: SignedRequest; deals: FollowedDeal[] }> {
  const { client } = cloud
  const { resolved, spec, price, purchase } = offer
  await requireFree(client, cloud.account, price)
  const signed = await createOrder(client, 'request', offer.request, offer.ad)
  const request = signed as SignedRequest
  const db = context.db()
  const job = db.addJob({
    request: request.hash,
    createdAt: nowSec(context.clock),
    record: {
      appName: resolved.manifest.name,
      app: resolved.app,
      manifestCid: resolved.manifestCid,
      bagCid: offer.bagCid,
      tasks: spec.tasks.length,
      labels: spec.labels,
      trust: purchase.trust,
      signed: JSON.parse(
        toJson({ order: request.order, signature: request.signature, ad: request.ad }),
      ),
      rank: purchase.rank,
      weights: purchase.weights,
      deals: [],
      out: purchase.out === undefined ? undefined : resolve(purchase.out),
    },
  })
  onRecorded(job)
  await publishOrder(client, request, { signal: context.signal })
  const deals = await matchAll(context, cloud, { request, match: offer.match, job })
  return { job, request, deals }
}

/** Opens deals until the request is used up or the market has no more; the rest waits in the book. */
async function matchAll(
  context: Context,
  { client }: Cloud,
  {
    request,
    match,
    job,
    earlier = [],
  }: { request: SignedRequest; match: Match; job: Job; earlier?: readonly FollowedDeal[] },
): Promise<FollowedDeal[]> {
  const { signal } = context
  const deals = [...earlier]
  const wanted = Number(request.order.volume)
  let dealt = volumeOf(earlier)
  let next: Match | undefined = match
  while (next !== undefined) {
    const deal = await makeDeal(client, { request, match: next }, { signal })
    deals.push(deal)
    dealt += deal.terms.volume
    context.db().updateJob(job.number, {
      state: 'running',
      record: { ...job.record, deals: deals.map(recordDeal) },
    })
    if (dealt >= wanted) break
    const answer = await quote(client, request.order, { ...preferencesOf(job), signal })
    next = answer.found ? answer : undefined
  }
  return deals
}

/** What a job says to the market beside its order. */
export function preferencesOf({ record: { signed, rank, weights } }: Job): Preferences {
  return { ad: signed.ad as Hex | undefined, rank, weights }
}

const volumeOf = (deals: readonly FollowedDeal[]): number =>
  deals.reduce((sum, { terms }) => sum + terms.volume, 0)

/**
 * Takes up a job whose order was not matched in full, or not even published, when its command ended:
 * nothing is signed anew, so nothing can be bought twice.
 *
 * @throws {OrderExpiredError} `ORDER_EXPIRED` when it is too late for that
 */
export async function resumeJob(context: Context, cloud: Cloud, job: Job): Promise<Job> {
  const { client } = cloud
  const { signal } = context
  const { tasks, deals: recorded, signed } = job.record
  const hash = orderHash(job.request)
  const earlier = recorded.length === 0 ? await findDeals(client, hash, { signal }) : undefined
  if (earlier !== undefined && earlier.length > 0) {
    const record = { ...job.record, deals: earlier.map(recordDeal) }
    context.db().updateJob(job.number, { state: 'running', record })
  }
  const known = earlier ?? recorded.map(followedDeal)
  if (volumeOf(known) >= tasks || isOver(job)) return currentOf(context, job)
  const order = zRequestOrder.parse(signed.order)
  const request: SignedRequest = {
    kind: 'request',
    hash,
    order,
    signature: signed.signature as Hex,
    ad: signed.ad as Hex | undefined,
  }
  const { state } = await publishOrder(client, request, { signal })
  const answer =
    state === 'open'
      ? await quote(client, order, { ...preferencesOf(job), signal })
      : { found: false as const }
  if (answer.found) await matchAll(context, cloud, { request, match: answer, job, earlier: known })
  return currentOf(context, job)
}

const isOver = ({ state }: Job): boolean => state !== 'ordered' && state !== 'running'

/** The job as its record is now: deals were added since. */
export function currentOf(context: Context, job: Job): Job {
  return context.db().jobByNumber(job.number) ?? job
}

/** A deal as the folder remembers it. */
export function followedDeal({
  terms,
  txHash: hash,
  block,
  dealId,
}: Job['record']['deals'][number]): FollowedDeal {
  return { dealId: dealId as DealId, terms: zDealTerms.parse(terms), txHash: txHash(hash), block }
}

export function recordDeal({ dealId, terms, txHash, block }: FollowedDeal) {
  return { dealId, terms: JSON.parse(toJson(terms)) as unknown, txHash, block }
}

/** An app by its name or id, or a program of this machine, published on the way if it is new. */
export async function resolveApp(
  context: Context,
  cloud: Cloud,
  name: string,
): Promise<ResolvedApp> {
  const { client, trusted } = cloud
  const { signal } = context
  if (namesLocalApp(name)) {
    const { publication } = await import('./publication.ts')
    const local = loadLocalApp(name, 'app')
    // Workers would refuse it one after the other, until the deadline.
    if (local.source.runtime === 'wasm') {
      const { withRuntime } = await import('./sandbox.ts')
      await withRuntime(context, (runtime) => runtime.prepare(programOf(local)))
    }
    const published = await publishApp(
      client,
      {
        ...(await publication(client, local, signal)),
        onlyRequester: cloud.account,
        isUnlisted: true,
      },
      { signal },
    )
    return published
  }
  const found = await findApp(client, name, { trusted, signal })
  const db = context.db()
  const cached = db.cachedBlob(found.manifestCid)
  if (cached !== undefined) return { ...found, manifest: parseManifest(cached) }
  const { manifest, bytes } = await readManifest(client, found.manifestCid, { signal })
  db.cacheBlob(found.manifestCid, bytes)
  return { ...found, manifest }
}

async function storeInputs(
  client: Cloud['client'],
  spec: JobSpec,
  signal: AbortSignal,
): Promise<Map<LocalInput, Input>> {
  const files = [...spec.common.inputs, ...spec.tasks.flatMap(({ inputs }) => inputs)]
  const stored = await mapLimit(files, UPLOADS, (input) =>
    putInput(client, { path: input.path, source: createReadStream(input.file) }, { signal }),
  )
  return new Map(files.map((file, i) => [file, stored[i] as Input]))
}
