import {
  type Address,
  type Hex,
  type OrderHash,
  seconds,
  unixSeconds,
  wei,
  ZERO_ADDRESS,
  ZERO_HEX32,
} from '@millrace/base'
import { type AppOrder, PLAIN, type PoolOrder, type RequestOrder } from '@millrace/protocol'
import type { BookOrder, SignedOrder } from '@millrace/wire'

// Orders for tests that match unless changed.

export const NOW = unixSeconds(1_800_000_000)
export const APP = `0x${'a1'.repeat(20)}` as Address
export const POOL = `0x${'b2'.repeat(20)}` as Address
export const REQUESTER = `0x${'c3'.repeat(20)}` as Address

const COMMON = { volume: 100n, expiresAt: unixSeconds(NOW + 600), salt: 1n }
const RESOURCES = { fuel: 1000n, memoryMiB: 64, diskMiB: 16, wallSec: 60 }

export function anAppOrder(change: Partial<AppOrder> = {}): AppOrder {
  const only = { onlyDataset: ZERO_ADDRESS, onlyPool: ZERO_ADDRESS, onlyRequester: ZERO_ADDRESS }
  return { ...COMMON, ...only, ...PLAIN.app, app: APP, price: wei(2n), ...change }
}

export function aPoolOrder(change: Partial<PoolOrder> = {}): PoolOrder {
  const only = { onlyApp: ZERO_ADDRESS, onlyDataset: ZERO_ADDRESS, onlyRequester: ZERO_ADDRESS }
  const offer = { pool: POOL, price: wei(10n), stake: wei(1n), maxOdds: 10n ** 20n }
  const time = { taskSec: seconds(10), slots: 100 }
  return { ...COMMON, ...RESOURCES, ...only, ...PLAIN.pool, ...offer, ...time, ...change }
}

export function aRequest(change: Partial<RequestOrder> = {}): RequestOrder {
  return {
    ...COMMON,
    ...RESOURCES,
    ...PLAIN.request,
    requester: REQUESTER,
    beneficiary: REQUESTER,
    callback: ZERO_ADDRESS,
    app: APP,
    dataset: ZERO_ADDRESS,
    onlyPool: ZERO_ADDRESS,
    maxAppPrice: wei(2n),
    maxDatasetPrice: wei(0n),
    maxPoolPrice: wei(10n),
    minStake: wei(1n),
    minOdds: 0n,
    bagCodec: 0x55,
    deadlineSec: seconds(600),
    maturitySec: seconds(0),
    bag: ZERO_HEX32,
    ...change,
  }
}

let unique = 0

type Listing = { remaining?: bigint; busyUntilMs?: number; ad?: Hex }

/** An order as the book lists it. */
function inBook(
  signed: Pick<SignedOrder, 'kind' | 'order'>,
  { remaining = signed.order.volume, busyUntilMs = 0, ad }: Listing = {},
): BookOrder {
  const hash = `0x${(++unique).toString(16).padStart(64, '0')}` as OrderHash
  return {
    hash,
    signed: { ...signed, signature: '0x', ...(ad === undefined ? {} : { ad }) } as SignedOrder,
    signer: REQUESTER,
    remaining,
    busyUntilMs,
    state: 'open',
    postedAt: NOW,
  }
}

export const appInBook = (change: Partial<AppOrder> = {}, left?: Listing) =>
  inBook({ kind: 'app', order: anAppOrder(change) }, left)
export const poolInBook = (change: Partial<PoolOrder> = {}, left?: Listing) =>
  inBook({ kind: 'pool', order: aPoolOrder(change) }, left)
