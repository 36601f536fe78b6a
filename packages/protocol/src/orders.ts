import type { Address, Hex, Hex32, OrderHash, Seconds, UnixSeconds, Wei } from '@millrace/base'
import { hashTypedData, type TypedDataDomain } from 'viem'

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
}

export type OrderByKind = {
  app: AppOrder
  dataset: DatasetOrder
  pool: PoolOrder
  request: RequestOrder
}
export type OrderKind = keyof OrderByKind

/** An order with its signature; `0x` when it was placed on chain. */
export type Signed<Order> = { order: Order; signature: Hex }

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
      'address app,uint128 price,uint64 volume,uint48 expiresAt,uint256 salt,address onlyDataset,address onlyPool,address onlyRequester',
    ),
  },
  dataset: {
    DatasetOrder: fields(
      'address dataset,uint128 price,uint64 volume,uint48 expiresAt,uint256 salt,address onlyApp,address onlyPool,address onlyRequester',
    ),
  },
  pool: {
    PoolOrder: fields(
      'address pool,uint128 price,uint128 stake,uint128 maxOdds,uint64 volume,uint64 fuel,uint32 memoryMiB,uint32 diskMiB,uint32 wallSec,uint48 expiresAt,uint256 salt,address onlyApp,address onlyDataset,address onlyRequester',
    ),
  },
  request: {
    RequestOrder: fields(
      'address requester,address beneficiary,address callback,address app,address dataset,address onlyPool,uint128 maxAppPrice,uint128 maxDatasetPrice,uint128 maxPoolPrice,uint128 minStake,uint128 minOdds,uint64 volume,uint64 fuel,uint32 memoryMiB,uint32 diskMiB,uint32 wallSec,uint32 bagCodec,uint48 deadlineSec,uint48 maturitySec,uint48 expiresAt,bytes32 bag,uint256 salt',
    ),
  },
} as const

const PRIMARY_TYPE = {
  app: 'AppOrder',
  dataset: 'DatasetOrder',
  pool: 'PoolOrder',
  request: 'RequestOrder',
} as const

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
