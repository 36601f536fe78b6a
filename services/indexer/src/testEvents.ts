import type { Address, DealId, Hex, Hex32, OrderHash, ResultDigest, TxHash } from '@millrace/base'
import { seconds, unixSeconds, wei, ZERO_ADDRESS, ZERO_HEX32 } from '@millrace/base'
import type { ChainEvent, ChainEventArgs, ChainEventName } from '@millrace/chain'
import { type DealTerms, PLAIN, type ServiceOffer } from '@millrace/protocol'
import fc from 'fast-check'
import type { EventContext } from './handlers/context.ts'

// Events for tests: builders with sensible values, and histories that a chain could have.

const word = (tag: string, n: number, digits: number): Hex =>
  `0x${tag.padEnd(digits - 8, '0')}${n.toString(16).padStart(8, '0')}`

export const anAddress = (n: number): Address => word('a', n, 40) as Address
export const aHash = (n: number): Hex32 => word('b', n, 64) as Hex32
export const aDealId = (n: number): DealId => word('d', n, 64) as DealId
export const aDigest = (n: number): ResultDigest => word('e', n, 64) as ResultDigest
const aTxHash = (n: number): TxHash => word('f', n, 64) as TxHash

export function anEvent<N extends ChainEventName>(
  name: N,
  args: ChainEventArgs[N],
  { logIndex = 0, txHash = aTxHash(1) }: { logIndex?: number; txHash?: TxHash } = {},
): ChainEvent<N> {
  return { name, args, txHash, logIndex } as ChainEvent<N>
}

export function someTerms(change: Partial<DealTerms> = {}): DealTerms {
  return {
    requestHash: aHash(4),
    bag: aHash(5),
    requester: anAddress(1),
    beneficiary: anAddress(1),
    callback: ZERO_ADDRESS,
    app: anAddress(10),
    appOwner: anAddress(2),
    dataset: ZERO_ADDRESS,
    datasetOwner: ZERO_ADDRESS,
    pool: anAddress(11),
    poolOwner: anAddress(3),
    appPrice: wei(5n),
    datasetPrice: wei(0n),
    poolPrice: wei(10n ** 18n),
    poolStake: wei(7n),
    minOdds: 9n * 10n ** 18n,
    firstIndex: 0n,
    fuel: 1_000_000n,
    volume: 3,
    memoryMiB: 64,
    diskMiB: 16,
    wallSec: 60,
    bagCodec: 0x55,
    openedAt: unixSeconds(1_700_000_000),
    expiresAt: unixSeconds(1_700_000_600),
    settleWindowSec: 3600 as DealTerms['settleWindowSec'],
    maturitySec: 0 as DealTerms['maturitySec'],
    workerShareBps: 9000,
    saboteurBps: 2000,
    ...PLAIN.terms,
    ...change,
  }
}

export function aMatch(
  dealId: DealId,
  terms: DealTerms = someTerms(),
  position: { logIndex?: number; txHash?: TxHash } = {},
): ChainEvent<'OrdersMatched'> {
  const args = {
    dealId,
    requester: terms.requester,
    pool: terms.pool,
    appOrderHash: aHash(1) as OrderHash,
    datasetOrderHash: ZERO_HEX32 as OrderHash,
    poolOrderHash: aHash(3) as OrderHash,
    busyUntilMs: 1_700_000_060_000,
    terms,
  }
  return anEvent('OrdersMatched', args, position)
}

/** `results` of TasksSettled, packed. */
export function packResults(results: readonly { index: number; digest: ResultDigest }[]): Hex {
  const parts = results.map(
    ({ index, digest }) => index.toString(16).padStart(8, '0') + digest.slice(2),
  )
  return `0x${parts.join('')}`
}

export function aContext(number: number, gas: bigint = 21_000n): EventContext {
  return {
    block: { number, timestamp: unixSeconds(1_700_000_000 + number) },
    gasOf: () => gas,
  }
}

export type Block = { number: number; hash: Hex32; events: ChainEvent[] }

type Step = { act: number; a: number; b: number; amount: number }

/**
 * Histories of up to `maxBlocks` blocks that a chain could have: deals before their tasks, no task
 * settled twice, every movement of money by any account. Some blocks are empty.
 */
export function someHistory(maxBlocks: number): fc.Arbitrary<Block[]> {
  const step = fc.record({
    act: fc.nat(ACTS.length - 1),
    a: fc.nat(3),
    b: fc.nat(3),
    amount: fc.integer({ min: 1, max: 1_000_000 }),
  })
  const blocks = fc.array(fc.array(step, { maxLength: 8 }), { minLength: 1, maxLength: maxBlocks })
  return blocks.map((steps) => {
    const world: World = {
      deals: new Map(),
      assets: new Set(),
      nonces: new Map(),
      sales: new Map(),
    }
    return steps.map((inBlock, i) => ({
      number: i + 1,
      hash: aHash(1000 + i),
      events: inBlock
        .flatMap((s) => ACTS[s.act]?.(world, s) ?? [])
        .map((event, logIndex) => ({ ...event, logIndex })),
    }))
  })
}

/** Tasks settled of each deal; assets; last nonce of each pool; steps taken of each sale. */
type World = {
  deals: Map<DealId, number>
  assets: Set<Address>
  nonces: Map<Address, bigint>
  sales: Map<Hex32, number>
}
type Act = (world: World, step: Step) => ChainEvent[]

const VOLUME = 5

const ACTS: readonly Act[] = [
  (_, { a, amount }) => [
    anEvent('Deposited', { account: anAddress(a), amount: wei(BigInt(amount)) }),
  ],
  (_, { a, amount }) => [anEvent('Locked', { account: anAddress(a), amount: wei(BigInt(amount)) })],
  (_, { a, b, amount }) => [
    anEvent('Paid', { from: anAddress(a), to: anAddress(b), amount: wei(BigInt(amount) ** 4n) }),
  ],
  (_, { a, amount }) => [
    anEvent('Bonded', { worker: anAddress(a), amount: wei(BigInt(amount)), bond: wei(1n) }),
  ],
  (_, { a, amount }) => [
    anEvent('CheckPassed', { worker: anAddress(a), passed: 1, checks: amount }),
  ],
  (_, { a, b, amount }) => [
    anEvent('FaultFound', {
      worker: anAddress(a),
      kind: 1,
      faults: b,
      slashed: wei(BigInt(amount)),
      bannedUntil: unixSeconds(amount),
    }),
  ],
  (_, { a, b }) => [
    b === 0
      ? anEvent('OrderCancelled', { orderHash: aHash(a) as OrderHash, signer: anAddress(a) })
      : anEvent('OrderPlaced', { orderHash: aHash(a) as OrderHash, signer: anAddress(b) }),
  ],
  registerOrMove,
  openDeal,
  openDeal,
  settleTasks,
  settleTasks,
  settleTasks,
  (world, { a }) => {
    const dealId = [...world.deals.keys()][a]
    if (dealId === undefined) return []
    return [anEvent('DealExpired', { dealId, unsettled: 1, refund: wei(3n), stake: wei(2n) })]
  },
  endShort,
  sellService,
  sellService,
]

/** The next step of one of four sales, up to its end. */
function sellService({ sales }: World, { a, b, amount }: Step): ChainEvent[] {
  const offerId = aHash(500 + a)
  const [provider, buyer, at] = [anAddress(a), anAddress(b), unixSeconds(amount)]
  const step = sales.get(offerId) ?? 0
  sales.set(offerId, step + 1)
  switch (step) {
    case 0: {
      const terms = someService({ provider, price: wei(BigInt(amount)) })
      return [anEvent('ServiceOffered', { offerId, provider, buyer, terms, uri: 'u' })]
    }
    case 1:
      return [anEvent('ServiceAccepted', { offerId, buyer, deliverUntil: at })]
    case 2:
      return [anEvent('ServiceDelivered', { offerId, content: aHash(b), reviewUntil: at })]
    case 3:
      return [anEvent('ServiceRefused', { offerId, reason: aHash(b), appealUntil: at })]
    case 4:
      return [anEvent('ServiceEnded', { offerId, provider, buyer, outcome: 3, providerBps: b })]
    default:
      return []
  }
}

export function someService(change: Partial<ServiceOffer> = {}): ServiceOffer {
  const hour = seconds(3600)
  return {
    provider: anAddress(1),
    nonce: 8n,
    buyer: ZERO_ADDRESS,
    arbiter: anAddress(3),
    task: aHash(5),
    price: wei(10n),
    stake: wei(2n),
    fee: wei(1n),
    acceptUntil: unixSeconds(50),
    deliverSec: hour,
    reviewSec: hour,
    appealSec: hour,
    rulingSec: hour,
    maturitySec: hour,
    ...change,
  }
}

/** A deal that ended with spoiled and late tasks. */
function endShort({ deals }: World, { a, b, amount }: Step): ChainEvent[] {
  const dealId = [...deals.keys()][a]
  if (dealId === undefined) return []
  const late = { inTime: 1, late: b, refund: wei(BigInt(amount)), stake: wei(4n) }
  return [
    anEvent('TasksSpoiled', { dealId, indexes: '0x00000001' }),
    anEvent('SlaBreached', { dealId, ...late }),
    anEvent('DealRefunded', { dealId, spoiled: 1, refund: wei(3n), stake: wei(2n) }),
    anEvent('Held', { account: anAddress(b), amount: wei(1n), maturesAt: unixSeconds(amount) }),
  ]
}

function registerOrMove({ assets }: World, { a, b }: Step): ChainEvent[] {
  const asset = anAddress(100 + a)
  if (assets.has(asset))
    return [anEvent('AssetTransferred', { asset, from: anAddress(a), to: anAddress(b) })]
  assets.add(asset)
  const args = { asset, kind: 1 + (a % 3), owner: anAddress(a), content: aHash(a), codec: 0x55 }
  return [anEvent('AssetRegistered', { ...args, uri: 'u', ad: 'x\0y' })]
}

function openDeal({ deals }: World, { a }: Step): ChainEvent[] {
  if (deals.size >= 4) return []
  const dealId = aDealId(deals.size)
  deals.set(dealId, 0)
  return [aMatch(dealId, someTerms({ requester: anAddress(a), volume: VOLUME }))]
}

/** A batch with up to two tasks of one deal, committed and settled at once. */
function settleTasks({ deals, nonces }: World, { a, b, amount }: Step): ChainEvent[] {
  const dealId = [...deals.keys()][a]
  const settled = dealId === undefined ? VOLUME : (deals.get(dealId) ?? VOLUME)
  if (dealId === undefined || settled >= VOLUME) return []
  const count = Math.min(1 + (b % 2), VOLUME - settled)
  deals.set(dealId, settled + count)
  const pool = anAddress(11)
  const nonce = (nonces.get(pool) ?? 0n) + 1n
  nonces.set(pool, nonce)
  const results = Array.from({ length: count }, (_, i) => ({
    index: settled + i,
    digest: aDigest(amount + i),
  }))
  const worker = anAddress(b)
  return [
    anEvent('BatchCommitted', { pool, nonce, root: aHash(amount), committedAt: unixSeconds(1) }),
    anEvent('TasksSettled', { dealId, pool, nonce, results: packResults(results) }),
    anEvent('WorkerSettled', {
      pool,
      nonce,
      worker,
      reward: wei(BigInt(amount)),
      tasks: count,
      passed: count,
      faults: 0,
    }),
    anEvent('BatchSettled', {
      pool,
      nonce,
      resultRoot: aHash(7),
      locations: aHash(amount),
      tasks: count,
    }),
  ]
}
