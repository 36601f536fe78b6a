import { type Address, type Clock, InvalidInputError, nowSec, ZERO_ADDRESS } from '@millrace/base'
import { marketDomain, type ReadClient, readMembership } from '@millrace/chain'
import type { Database } from '@millrace/database'
import { readAssetAds, readPoolRecords } from '@millrace/indexer/schema'
import {
  hashOrder,
  type OfferWeights,
  parseExpression,
  type RequestOrder,
} from '@millrace/protocol'
import type { MatchAnswer, MatchQuestion } from '@millrace/wire'
import type { ParameterCache } from '../parameterCache.ts'
import { readOrderState } from './bookTable.ts'
import { checkNumbers } from './checkOrder.ts'
import { fitsByPool, type MatchBookParameters, matchBook } from './matchBook.ts'
import { type Offers, readOffers } from './offersTable.ts'
import { poolsOf, rankPools, wattsOf } from './rankPools.ts'
import { chooseByWeights } from './standings.ts'

export type FindMatchDeps = {
  client: ReadClient
  database: Database
  clock: Clock
  parameters: ParameterCache
}

/**
 * Asks the book for a request, signed or not: `POST /match`. With a rank the best liked pool wins,
 * and the cheapest of equally liked ones; with weights the one that stands best by them.
 *
 * @throws {InvalidInputError} `INVALID_INPUT`
 * @throws {ClassAdSyntaxError} `CLASS_AD_SYNTAX` for a rank that cannot be read
 */
export async function findMatch(
  deps: FindMatchDeps,
  { request, ad, rank, weights }: MatchQuestion,
): Promise<MatchAnswer> {
  const { client, database, clock, parameters } = deps
  checkNumbers({ kind: 'request', order: request })
  if (rank !== undefined && weights !== undefined)
    throw new InvalidInputError({
      field: 'weights',
      value: 'given with rank',
      expected: 'one of the two',
    })
  const ranking = rank === undefined ? undefined : parseExpression(rank)
  const at = nowSec(clock)
  const hash = hashOrder('request', request, marketDomain(client))
  const [offers, { consumed }, { maxDeadlineSec, maxMaturitySec }] = await Promise.all([
    readOffers(database, { request, nowSec: at }),
    readOrderState(database, hash),
    parameters.read(),
  ])
  const members = await readMemberships(client, restrictionsOf(request, offers))
  const isMember = (group: Address, who: Address) => members.has(`${group} ${who}`)
  const context = { nowSec: at, maxDeadlineSec, maxMaturitySec, isMember }
  const ranks =
    ranking === undefined
      ? undefined
      : rankPools({
          request,
          rank: ranking,
          pools: offers.pool,
          ads: await readAssetAds(database, poolsOf(offers.pool)),
          nowSec: at,
        })
  const asked = { request, ad, consumed, offers, context, ranks }
  return weights === undefined ? matchBook(asked) : matchByWeights(database, asked, weights)
}

async function matchByWeights(
  database: Database,
  asked: MatchBookParameters,
  weights: OfferWeights,
): Promise<MatchAnswer> {
  const { fits, reasons } = fitsByPool(asked)
  if (fits.length === 0) return { found: false, reasons }
  const pools = poolsOf(fits.map(({ pool }) => pool))
  const [records, ads] = await Promise.all([
    readPoolRecords(database, pools),
    readAssetAds(database, pools),
  ])
  return chooseByWeights({
    weights,
    fits,
    request: asked.request,
    records,
    watts: wattsOf(ads),
  })
}

type Restriction = { group: Address; who: Address }
const MAX_GROUPS = 100

/** Every pair that equality does not already admit: `only...` may be a group contract. */
function restrictionsOf(request: RequestOrder, { app, dataset, pool }: Offers): Restriction[] {
  const pairs = new Map<string, Restriction>()
  const ask = (group: Address, who: Address) => {
    if (group !== ZERO_ADDRESS && group !== who) pairs.set(`${group} ${who}`, { group, who })
  }
  const pools = pool.flatMap(({ signed }) => (signed.kind === 'pool' ? [signed.order] : []))
  for (const { signed } of [...app, ...dataset, ...pool]) {
    if (signed.kind === 'request') continue
    const only: Partial<Record<'onlyApp' | 'onlyDataset' | 'onlyRequester' | 'onlyPool', Address>> =
      signed.order
    ask(only.onlyApp ?? ZERO_ADDRESS, request.app)
    ask(only.onlyDataset ?? ZERO_ADDRESS, request.dataset)
    ask(only.onlyRequester ?? ZERO_ADDRESS, request.requester)
    for (const offered of pools) ask(only.onlyPool ?? ZERO_ADDRESS, offered.pool)
  }
  for (const offered of pools) ask(request.onlyPool, offered.pool)
  return [...pairs.values()].slice(0, MAX_GROUPS)
}

async function readMemberships(
  client: ReadClient,
  restrictions: readonly Restriction[],
): Promise<ReadonlySet<string>> {
  const answers = await Promise.all(
    restrictions.map((restriction) => readMembership(client, restriction)),
  )
  const admitted = restrictions.filter((_, i) => answers[i])
  return new Set(admitted.map(({ group, who }) => `${group} ${who}`))
}
