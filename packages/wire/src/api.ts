import { z } from 'zod'
import {
  zAddress,
  zBigint,
  zCid,
  zDealId,
  zHex32,
  zOrderHash,
  zResultDigest,
  zTaskId,
  zTxHash,
  zUint32,
  zUnixSeconds,
  zWei,
} from './fields.ts'
import { zOfferStanding, zOfferWeights } from './offers.ts'
import { zDealTerms, zOrderAd, zRequestOrder, zSignedOrder } from './orders.ts'

// Bodies of the market's HTTP API (services/api) and of a pool's (services/scheduler).
// Lists answer { items, next }: pass `next` back as `after` for the following page.

export const zErrorBody = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    meta: z.record(z.string(), z.unknown()),
    hints: z.array(z.string()),
  }),
})

/** GET /info: all a client needs to take part. */
export const zInfo = z.object({
  name: z.string(),
  version: z.string(),
  chainId: z.int(),
  rpcUrl: z.string(),
  storageUrl: z.string(),
  contracts: z.object({
    token: zAddress,
    escrow: zAddress,
    registry: zAddress,
    market: zAddress,
    work: zAddress,
    standing: zAddress,
    timelock: zAddress,
    governor: zAddress,
    catalog: zAddress,
    parameters: zAddress,
    fairExchange: zAddress,
    services: zAddress,
    reveals: zAddress,
    claims: zAddress,
    classAds: zAddress,
    deliveries: zAddress,
    jurors: zAddress,
    prevrandaoSource: zAddress,
    commitRevealSource: zAddress,
    appeals: zAddress,
    spotChecks: zAddress,
  }),
  /** Block up to which the tables are true. */
  indexedBlock: z.int(),
  headBlock: z.int(),
})
export type Info = z.output<typeof zInfo>

/** GET /orders?kind=&app=&pool=&requester=&open=true and /orders/:hash; POST /orders takes zSignedOrder. */
export const zBookOrder = z.object({
  hash: zOrderHash,
  signed: zSignedOrder,
  signer: zAddress,
  remaining: zBigint,
  /** Until when the slots of a pool's order are booked, in Unix milliseconds; 0 for free. */
  busyUntilMs: z.int().min(0),
  state: z.enum(['open', 'filled', 'cancelled', 'expired']),
  postedAt: zUnixSeconds,
})
export type BookOrder = z.output<typeof zBookOrder>

/** POST /match: a request, signed or not, the bytes of its ad, and how it ranks pools. */
export const zMatchQuestion = z.strictObject({
  request: zRequestOrder,
  ad: zOrderAd,
  /** ClassAd expression; sees the request as MY, a pool's words and offer as TARGET. */
  rank: z.string().max(4_096).optional(),
  /** What matters in a pool, instead of a rank. */
  weights: zOfferWeights.optional(),
})
export type MatchQuestion = z.output<typeof zMatchQuestion>

/** Answer of POST /match: the best ranked, then the cheapest book orders that fit, or why none does. */
export const zMatchAnswer = z.discriminatedUnion('found', [
  z.object({
    found: z.literal(true),
    app: zBookOrder,
    dataset: zBookOrder.optional(),
    pool: zBookOrder,
    /** Tasks these orders can take now. */
    volume: z.int(),
    costPerTask: zWei,
    /** All pool orders that fit, best first, when the question had weights. */
    standings: z.array(zOfferStanding).optional(),
  }),
  z.object({
    found: z.literal(false),
    /** Every order of the book that was looked at and each reason why it does not fit. */
    reasons: z.array(
      z.object({
        order: zOrderHash.optional(),
        code: z.string(),
        message: z.string(),
        /** Of `TOO_LITTLE_TIME`: the deadline that this order could keep now. */
        neededSec: z.int().optional(),
      }),
    ),
  }),
])
export type MatchAnswer = z.output<typeof zMatchAnswer>

/** GET /apps, /datasets, /pools and /apps/:asset ... */
export const zAssetRow = z.object({
  asset: zAddress,
  kind: z.enum(['app', 'dataset', 'pool']),
  owner: zAddress,
  content: zHex32,
  codec: zUint32,
  cid: zCid,
  uri: z.string(),
  ad: z.string(),
  /** From the best open order; absent when nothing is on sale. */
  price: zWei.optional(),
  registeredAt: zUnixSeconds,
})
export type AssetRow = z.output<typeof zAssetRow>

/** GET /deals?requester=&pool=&app=&state= and /deals/:dealId. */
export const zDealRow = z.object({
  dealId: zDealId,
  terms: zDealTerms,
  state: z.enum(['open', 'done', 'expired']),
  settled: z.int(),
  /** Tasks that can never settle, because their votes are public and do not agree. */
  spoiled: z.int(),
  /** Settled tasks that came after their time; told when the deal ended short of its SLA. */
  late: z.int(),
  isBreached: z.boolean(),
  /** Paid out of the requester's lock so far, and given back. */
  paid: zWei,
  refunded: zWei,
  /** Compensation out of the pool's stake. */
  compensation: zWei,
  txHash: zTxHash,
  /** Gas of the match and the deal's share of its batches' gas, rounded up. */
  gas: zBigint,
})
export type DealRow = z.output<typeof zDealRow>

/** GET /deals/:dealId/tasks?state=&after=&limit= and /tasks/:taskId. */
export const zTaskRow = z.object({
  taskId: zTaskId,
  dealId: zDealId,
  index: z.int(),
  state: z.enum(['open', 'settled', 'expired']),
  digest: zResultDigest.optional(),
  /** Where the result lies; from the batch's locations block. */
  cid: zCid.optional(),
  pool: zAddress,
  nonce: zBigint.optional(),
  settledAt: zUnixSeconds.optional(),
})
export type TaskRow = z.output<typeof zTaskRow>

/** GET /batches?pool= and /batches/:pool/:nonce. */
export const zBatchRow = z.object({
  pool: zAddress,
  nonce: zBigint,
  state: z.enum(['committed', 'settled', 'late']),
  root: zHex32.optional(),
  resultRoot: zHex32.optional(),
  locations: zHex32.optional(),
  tasks: z.int(),
  committedAt: zUnixSeconds.optional(),
  settledAt: zUnixSeconds.optional(),
  commitTx: zTxHash.optional(),
  settleTx: zTxHash.optional(),
  gas: zBigint,
  workers: z.array(
    z.object({
      worker: zAddress,
      reward: zWei,
      tasks: z.int(),
      passed: z.int(),
      faults: z.int(),
    }),
  ),
})
export type BatchRow = z.output<typeof zBatchRow>

/** GET /workers: from Standing and the batches; liveness is the pool's to tell. */
export const zWorkerRow = z.object({
  worker: zAddress,
  bond: zWei,
  checks: z.int(),
  faults: z.int(),
  bannedUntil: zUnixSeconds,
  earned: zWei,
  tasks: z.int(),
})
export type WorkerRow = z.output<typeof zWorkerRow>

/** GET /accounts/:address. */
export const zAccountRow = z.object({
  account: zAddress,
  free: zWei,
  locked: zWei,
  maturing: zWei,
  earned: zWei,
  spent: zWei,
})
export type AccountRow = z.output<typeof zAccountRow>

export const zAppealStatus = z.enum(['drawing', 'voting', 'decided', 'ruling', 'closed'])

/** GET /appeals?dealId=&pool=&appellant=&juror=&status= and /appeals/:taskId. */
export const zAppealRow = z.object({
  taskId: zTaskId,
  dealId: zDealId,
  index: z.int(),
  pool: zAddress,
  nonce: zBigint,
  /** What settled, and what is in force. */
  digest: zResultDigest,
  verdict: zResultDigest,
  status: zAppealStatus,
  /** End of the present phase. */
  until: zUnixSeconds,
  /** Named by the request; there is no jury then. */
  arbiter: zAddress.optional(),
  /** Of a seat; what a juror risks; what Appeals keeps of the pool. */
  fee: zWei,
  risk: zWei,
  stake: zWei,
  rounds: z.array(z.object({ appellant: zAddress, claimsFall: z.boolean(), bond: zWei })),
  /** Workers whose votes were shown; `held` of those that agreed. */
  voters: z.array(z.object({ worker: zAddress, digest: zResultDigest, held: zWei })),
  juries: z.array(
    z.object({
      juryId: zHex32,
      wanted: z.int(),
      failed: z.boolean(),
      seats: z.array(
        z.object({
          juror: zAddress,
          state: z.enum(['drawn', 'committed', 'revealed', 'replaced']),
          digest: zResultDigest.optional(),
        }),
      ),
    }),
  ),
  /** Once it is closed: whether the result stood, and who got what. */
  stood: z.boolean().optional(),
  payout: z
    .object({
      refund: zWei,
      restored: zWei,
      bounty: zWei,
      surplus: zWei,
      pot: zWei,
      waiting: zWei,
    })
    .optional(),
})
export type AppealRow = z.output<typeof zAppealRow>

/** GET /events: SSE; `event` is the kind, data one of these as JSON. `id` resumes after a gap. */
export const zMarketEvent = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('order'),
    hash: zOrderHash,
    order: z.enum(['app', 'dataset', 'pool', 'request']),
  }),
  z.object({ kind: z.literal('deal'), dealId: zDealId, requestHash: zHex32 }),
  z.object({
    kind: z.literal('batch'),
    pool: zAddress,
    nonce: zBigint,
    state: z.enum(['committed', 'settled']),
  }),
  z.object({ kind: z.literal('tasks'), dealId: zDealId, settled: z.int(), volume: z.int() }),
  z.object({ kind: z.literal('expired'), dealId: zDealId }),
])
export type MarketEvent = z.output<typeof zMarketEvent>

// ---- a pool's HTTP side, same origin as its session endpoint

/** Pool GET /deals/:dealId/progress. */
export const zProgress = z.object({
  dealId: zDealId,
  volume: z.int(),
  waiting: z.int(),
  running: z.int(),
  /** Executions done, not yet agreed. */
  reported: z.int(),
  agreed: z.int(),
  committed: z.int(),
  settled: z.int(),
  failed: z.int(),
  /** Seconds until the deal is done at the present pace; absent while unknown. */
  etaSec: z.number().optional(),
  /**
   * The same by how earlier deals of the pool went: with the share of them, `success`, for which it would
   * have been right, give or take a fifth. Absent with fewer than three to go by.
   */
  foretold: z.object({ leftSec: z.number(), success: z.number(), runs: z.int() }).optional(),
  /** Results whose place is already known, by index. */
  workers: z.array(z.object({ worker: zAddress, running: z.int(), done: z.int() })),
})
export type Progress = z.output<typeof zProgress>

/** Pool GET /tasks/:taskId/explain, /workers/:address/explain and POST /orders/explain. */
export const zExplanation = z.object({
  subject: z.string(),
  state: z.string(),
  /** What is being waited for, with numbers; one sentence each, most important first. */
  because: z.array(z.string()),
  /** What would help. */
  remedies: z.array(z.string()),
  history: z.array(z.object({ at: zUnixSeconds, event: z.string(), detail: z.string() })),
})
export type Explanation = z.output<typeof zExplanation>

/** Pool GET /workers. */
export const zSessionRow = z.object({
  worker: zAddress,
  owner: zAddress,
  connected: z.boolean(),
  slots: z.int(),
  running: z.int(),
  done: z.int(),
  failed: z.int(),
  fuelPerSec: z.number(),
  lastSeenAt: zUnixSeconds,
  state: z.enum(['ready', 'leaving', 'gone', 'banned', 'dropped']),
  reason: z.string(),
})
export type SessionRow = z.output<typeof zSessionRow>
