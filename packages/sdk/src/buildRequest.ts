import {
  type Address,
  type Bps,
  bytesToHex,
  type Hex,
  InvalidInputError,
  nowSec,
  type Seconds,
  seconds,
  unixSeconds,
  type Wei,
  wei,
  ZERO_ADDRESS,
} from '@millrace/base'
import {
  type Expression,
  hashAd,
  type Odds,
  oddsOfTrust,
  PLAIN,
  type RequestOrder,
  requestAd,
  toChainAd,
} from '@millrace/protocol'
import type { Manifest } from '@millrace/wire'
import type { Client } from './client.ts'
import type { PackedBag } from './packBag.ts'

/** As high as an order can say. */
export const ANY_PRICE: Wei = wei(2n ** 128n - 1n)

export type Trust = number | 'none'

/** What a pool must promise of time, and pays for when it does not keep it. */
export type ServiceLevel = {
  /** Share of the tasks that must be in time. */
  shareBps: Bps
  /** Time from a task's start to its commit. */
  taskSec: Seconds
}

export type BuildRequestParameters = {
  requester: Address
  app: Address
  /** Read by every task as /in/dataset; none unless given. */
  dataset?: Address
  manifest: Manifest
  bag: PackedBag
  /**
   * Wanted probability that an accepted result is right, above 0 and below 1; `none` takes the
   * pool's word, which nothing else does.
   */
  trust: Trust
  /** Time the pool has, from the match on. */
  deadlineSec: Seconds
  /** Time in which results may be appealed before they are paid out; 0 unless given. */
  maturitySec?: Seconds
  /** Most the request pays per task; any price unless given. */
  maxAppPrice?: Wei
  maxPoolPrice?: Wei
  /** Only this pool may take it. */
  onlyPool?: Address
  /** No promise unless given. */
  sla?: ServiceLevel | undefined
  /** Tasks start one by one, so far apart: a lease of slots. All at once unless given. */
  slotSec?: Seconds
  /** Compiled ad with the request's requirements. */
  ad?: Hex | undefined
  /** Who judges results of an app without determinism; the requester unless given. */
  arbiter?: Address
}

/**
 * A request order for a bag: limits are those of the app's manifest. Not signed, nothing is sent.
 *
 * @throws {InvalidInputError} `INVALID_INPUT` for a trust of 0 that is not asked for by name
 */
export function buildRequest(
  client: Pick<Client, 'clock' | 'random'>,
  parameters: BuildRequestParameters,
): RequestOrder {
  const { requester, app, manifest, bag, trust, deadlineSec } = parameters
  const { limits } = manifest
  return {
    requester,
    beneficiary: requester,
    callback: ZERO_ADDRESS,
    app,
    dataset: parameters.dataset ?? ZERO_ADDRESS,
    onlyPool: parameters.onlyPool ?? ZERO_ADDRESS,
    maxAppPrice: parameters.maxAppPrice ?? ANY_PRICE,
    maxDatasetPrice: parameters.dataset === undefined ? wei(0n) : ANY_PRICE,
    maxPoolPrice: parameters.maxPoolPrice ?? ANY_PRICE,
    minStake: wei(0n),
    minOdds: oddsOf(trust),
    volume: BigInt(bag.bag.tasks.length),
    fuel: limits.fuel,
    memoryMiB: limits.memoryMiB,
    diskMiB: limits.diskMiB,
    wallSec: limits.wallSec,
    bagCodec: bag.codec,
    deadlineSec,
    maturitySec: parameters.maturitySec ?? seconds(0),
    // Whoever has not found an offer within the deadline is told so rather than served late.
    expiresAt: unixSeconds(nowSec(client.clock) + deadlineSec),
    bag: bag.content,
    salt: BigInt(bytesToHex(client.random.bytes(32))),
    ...PLAIN.request,
    ad: hashAd(parameters.ad ?? '0x'),
    taskSec: parameters.sla?.taskSec ?? seconds(0),
    slotSec: parameters.slotSec ?? seconds(0),
    slaBps: parameters.sla?.shareBps ?? 0,
    // Results of which no two runs are alike go by the buyer's acceptance unless another arbiter is named.
    arbiter: parameters.arbiter ?? (manifest.determinism === 'none' ? requester : ZERO_ADDRESS),
  }
}

function oddsOf(trust: Trust): Odds {
  if (trust === 'none') return 0n
  if (trust > 0 && trust < 1) return oddsOfTrust(trust)
  throw new InvalidInputError({
    field: 'trust',
    value: `${trust}`,
    expected: "a share above 0 and below 1, or 'none' for the word of the pool",
  })
}

/**
 * A request that names its own ad, with what it asks of the ad of a pool, and the bytes of that ad.
 *
 * @param requirements expression of the on-chain subset as far as it looks at `TARGET`; none asks for
 *   nothing.
 * @throws {ClassAdNotOnChainError} {@link ClassAdTooLargeError}
 */
export function withAd(
  request: RequestOrder,
  requirements: Expression | undefined,
): { request: RequestOrder; ad: Hex } {
  const { ad, hash } = toChainAd(requestAd(request, { requirements }))
  return { request: { ...request, ad: hash }, ad }
}
