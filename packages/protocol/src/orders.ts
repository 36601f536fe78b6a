import {
  type Address,
  type Hex,
  type Hex32,
  type OrderHash,
  type Seconds,
  seconds,
  type UnixSeconds,
  type Wei,
  ZERO_ADDRESS,
  ZERO_HEX32,
} from '@millrace/base'
import { hashTypedData, keccak256, type TypedDataDomain } from 'viem'

/** Field for field the structs of contracts/src/types/Orders.sol; see there for the meaning. */
export type AppOrder = {
  app: Address
  price: Wei
  volume: bigint
  expiresAt: UnixSeconds
  salt: bigint
  onlyDataset: Address
  onlyPool: Address
  onlyRequester: Address
  /** A contract that quotes the price, at most `price`; zero for none. */
  pricing: Address
  /** What two runs have in common, see {@link DETERMINISM}. */
  determinism: number
}

export type DatasetOrder = {
  dataset: Address
  price: Wei
  volume: bigint
  expiresAt: UnixSeconds
  salt: bigint
  onlyApp: Address
  onlyPool: Address
  onlyRequester: Address
  pricing: Address
}

export type PoolOrder = {
  pool: Address
  price: Wei
  stake: Wei
  /** WAD odds, see {@link Odds}. */
  maxOdds: bigint
  volume: bigint
  fuel: bigint
  memoryMiB: number
  diskMiB: number
  wallSec: number
  expiresAt: UnixSeconds
  salt: bigint
  onlyApp: Address
  onlyDataset: Address
  onlyRequester: Address
  /** keccak256 of the compiled ad, zero for none. */
  ad: Hex32
  /** Longest time from a task's start to its commit; 0 for no promise, with stake never. */
  taskSec: Seconds
  /** Promised share of a deal's tasks in their time. */
  slaBps: number
  /** Tasks that it runs at once under this order; 0 for any number. */
  slots: number
}

export type RequestOrder = {
  requester: Address
  beneficiary: Address
  callback: Address
  app: Address
  dataset: Address
  onlyPool: Address
  maxAppPrice: Wei
  maxDatasetPrice: Wei
  maxPoolPrice: Wei
  minStake: Wei
  minOdds: bigint
  volume: bigint
  fuel: bigint
  memoryMiB: number
  diskMiB: number
  wallSec: number
  bagCodec: number
  deadlineSec: Seconds
  maturitySec: Seconds
  expiresAt: UnixSeconds
  bag: Hex32
  salt: bigint
  ad: Hex32
  arbiter: Address
  callbackGas: number
  taskSec: Seconds
  slotSec: Seconds
  slaBps: number
}

export type OrderByKind = {
  app: AppOrder
  dataset: DatasetOrder
  pool: PoolOrder
  request: RequestOrder
}
export type OrderKind = keyof OrderByKind

/** How an app's runs of the same task compare, by the number that app orders carry. */
export const DETERMINISM = { bitwise: 0, platform: 1, canonical: 2, none: 3 } as const

/** What orders and terms say that ask for nothing beyond the plain trade: own price, no ad, no SLA. */
export const PLAIN = {
  app: { pricing: ZERO_ADDRESS, determinism: DETERMINISM.bitwise },
  dataset: { pricing: ZERO_ADDRESS },
  pool: { ad: ZERO_HEX32, taskSec: seconds(0), slaBps: 0, slots: 0 },
  request: {
    ad: ZERO_HEX32,
    arbiter: ZERO_ADDRESS,
    callbackGas: 0,
    taskSec: seconds(0),
    slotSec: seconds(0),
    slaBps: 0,
  },
  terms: { taskSec: seconds(0), slotSec: seconds(0), slaBps: 0 },
} as const

/**
 * An order with its signature (`0x` when it was placed on chain) and, of pools and requests, the bytes
 * of its ad (absent for none).
 */
export type Signed<Order> = { order: Order; signature: Hex; ad?: Hex | undefined }

/** EIP-712 domain of orders (`verifyingContract` = Market) and of seals (= Work). */
export type ProtocolDomain = { chainId: number; verifyingContract: Address }

export function eip712Domain({ chainId, verifyingContract }: ProtocolDomain): TypedDataDomain {
  return { name: 'Millrace', version: '1', chainId, verifyingContract }
}

type Fields = readonly { name: string; type: string }[]
const fields = (text: string): Fields =>
  text.split(',').map((field) => {
    const [type = '', name = ''] = field.trim().split(' ')
    return { name, type }
  })

/** Field order is that of the Solidity structs and is part of the protocol. */
export const ORDER_TYPES = {
  app: {
    AppOrder: fields(
      'address app,uint128 price,uint64 volume,uint48 expiresAt,uint256 salt,address onlyDataset,address onlyPool,address onlyRequester,address pricing,uint8 determinism',
    ),
  },
  dataset: {
    DatasetOrder: fields(
      'address dataset,uint128 price,uint64 volume,uint48 expiresAt,uint256 salt,address onlyApp,address onlyPool,address onlyRequester,address pricing',
    ),
  },
  pool: {
    PoolOrder: fields(
      'address pool,uint128 price,uint128 stake,uint128 maxOdds,uint64 volume,uint64 fuel,uint32 memoryMiB,uint32 diskMiB,uint32 wallSec,uint48 expiresAt,uint256 salt,address onlyApp,address onlyDataset,address onlyRequester,bytes32 ad,uint48 taskSec,uint16 slaBps,uint32 slots',
    ),
  },
  request: {
    RequestOrder: fields(
      'address requester,address beneficiary,address callback,address app,address dataset,address onlyPool,uint128 maxAppPrice,uint128 maxDatasetPrice,uint128 maxPoolPrice,uint128 minStake,uint128 minOdds,uint64 volume,uint64 fuel,uint32 memoryMiB,uint32 diskMiB,uint32 wallSec,uint32 bagCodec,uint48 deadlineSec,uint48 maturitySec,uint48 expiresAt,bytes32 bag,uint256 salt,bytes32 ad,address arbiter,uint32 callbackGas,uint48 taskSec,uint48 slotSec,uint16 slaBps',
    ),
  },
} as const

const PRIMARY_TYPE = {
  app: 'AppOrder',
  dataset: 'DatasetOrder',
  pool: 'PoolOrder',
  request: 'RequestOrder',
} as const

/** How orders name a compiled ad; zero for none. */
export function hashAd(ad: Hex): Hex32 {
  return ad === '0x' ? ZERO_HEX32 : (keccak256(ad) as Hex32)
}

/** What the owner of the offered thing signs. */
export function orderTypedData<K extends OrderKind>(
  kind: K,
  order: OrderByKind[K],
  domain: ProtocolDomain,
) {
  return {
    domain: eip712Domain(domain),
    types: ORDER_TYPES[kind],
    primaryType: PRIMARY_TYPE[kind],
    message: order as Record<string, unknown>,
  }
}

/** EIP-712 signing hash: the name of an order on chain (`consumedOf`), in the book and in events. */
export function hashOrder<K extends OrderKind>(
  kind: K,
  order: OrderByKind[K],
  domain: ProtocolDomain,
): OrderHash {
  return hashTypedData(
    orderTypedData(kind, order, domain) as Parameters<typeof hashTypedData>[0],
  ) as OrderHash
}
