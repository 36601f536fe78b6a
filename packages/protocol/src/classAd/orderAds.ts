import type { PoolOrder, RequestOrder } from '../orders.ts'
import { type Attribute, attributeOf, type ClassAd, type Expression, makeAd } from './ast.ts'
import { integerOf, type Value } from './value.ts'

const MICRO = 10n ** 12n
const MOST = 2n ** 63n - 1n

/**
 * What a pool says of itself, with the numbers of its order in the place of what it says of them: the
 * ad that a request's Requirements and Rank see as `TARGET`. Prices are in millionths of a coin.
 *
 * @param words what the registry has of the pool: its name, where it is, its own Requirements.
 */
export function offerAd(order: PoolOrder, words: ClassAd): ClassAd {
  return withNumbers(words, {
    PriceMicro: ceil(order.price),
    StakeMicro: order.stake / MICRO,
    ...resourcesOf(order),
    TaskSec: order.taskSec,
    SlaBps: order.slaBps,
    Slots: order.slots,
  })
}

/** What a request asks for, and of whom: the ad that a pool's Requirements see as `TARGET`. */
export function requestAd(
  order: RequestOrder,
  { requirements, rank }: { requirements?: Expression | undefined; rank?: Expression | undefined },
): ClassAd {
  const asked: [string, Expression][] = []
  if (requirements !== undefined) asked.push(['Requirements', requirements])
  if (rank !== undefined) asked.push(['Rank', rank])
  return withNumbers(makeAd(asked), {
    Tasks: order.volume,
    StakeMicro: ceil(order.minStake),
    ...resourcesOf(order),
    DeadlineSec: order.deadlineSec,
    MaturitySec: order.maturitySec,
    TaskSec: order.taskSec,
    SlaBps: order.slaBps,
  })
}

type Resources = Pick<PoolOrder, 'fuel' | 'memoryMiB' | 'diskMiB' | 'wallSec'>

function resourcesOf({ fuel, memoryMiB, diskMiB, wallSec }: Resources) {
  return { Fuel: fuel, MemoryMiB: memoryMiB, DiskMiB: diskMiB, WallSec: wallSec }
}

/** Numbers beyond 64 bits, such as "any price", become the largest that there is. */
function withNumbers(ad: ClassAd, numbers: Record<string, bigint | number>): ClassAd {
  const attributes = new Map<string, Attribute>(ad.attributes)
  for (const [name, number] of Object.entries(numbers)) {
    const wide = BigInt(number)
    const value: Value = integerOf(wide > MOST ? MOST : wide)
    attributes.set(name.toLowerCase(), { name, expression: { kind: 'literal', value, at: 0 } })
  }
  if (attributeOf({ attributes }, 'requirements') === undefined) {
    attributes.set('requirements', { name: 'Requirements', expression: ACCEPTS_ALL })
  }
  return { attributes }
}

/** In the language an ad without Requirements accepts nobody; an order without them accepts all. */
const ACCEPTS_ALL: Expression = { kind: 'literal', value: { type: 'boolean', value: true }, at: 0 }

function ceil(wei: bigint): bigint {
  return (wei + MICRO - 1n) / MICRO
}
