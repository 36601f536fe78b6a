import type { Address, DealId, Hex32, Seconds, TaskId, UnixSeconds, Wei } from '@millrace/base'
import { encodeAbiParameters, keccak256 } from 'viem'
import { keccakOf, word } from './hash.ts'

/** Field for field `DealTerms` of contracts/src/types/Deals.sol; see there for the meaning. */
export type DealTerms = {
  requestHash: Hex32
  bag: Hex32
  requester: Address
  beneficiary: Address
  callback: Address
  app: Address
  appOwner: Address
  dataset: Address
  datasetOwner: Address
  pool: Address
  poolOwner: Address
  appPrice: Wei
  datasetPrice: Wei
  poolPrice: Wei
  poolStake: Wei
  minOdds: bigint
  firstIndex: bigint
  fuel: bigint
  volume: number
  memoryMiB: number
  diskMiB: number
  wallSec: number
  bagCodec: number
  openedAt: UnixSeconds
  expiresAt: UnixSeconds
  settleWindowSec: Seconds
  maturitySec: Seconds
  workerShareBps: number
  saboteurBps: number
  taskSec: Seconds
  slotSec: Seconds
  slaBps: number
}

/** ABI types in struct order; part of the protocol. */
export const DEAL_TERMS_ABI = (
  'bytes32 requestHash,bytes32 bag,address requester,address beneficiary,address callback,address app,address appOwner,' +
  'address dataset,address datasetOwner,address pool,address poolOwner,uint128 appPrice,uint128 datasetPrice,uint128 poolPrice,' +
  'uint128 poolStake,uint128 minOdds,uint64 firstIndex,uint64 fuel,uint32 volume,uint32 memoryMiB,uint32 diskMiB,uint32 wallSec,' +
  'uint32 bagCodec,uint48 openedAt,uint48 expiresAt,uint48 settleWindowSec,uint48 maturitySec,uint16 workerShareBps,uint16 saboteurBps,' +
  'uint48 taskSec,uint48 slotSec,uint16 slaBps'
)
  .split(',')
  .map((field) => {
    const [type = '', name = ''] = field.split(' ')
    return { name, type }
  }) as { name: keyof DealTerms; type: string }[]

/** `keccak256(abi.encode(terms))`. */
export function hashDeal(terms: DealTerms): DealId {
  return keccak256(
    encodeAbiParameters(
      DEAL_TERMS_ABI,
      DEAL_TERMS_ABI.map(({ name }) => terms[name]),
    ),
  ) as DealId
}

/** `keccak256(abi.encode(dealId, uint256(index)))`. */
export function hashTask(dealId: DealId, index: number): TaskId {
  return keccakOf(dealId, word(index)) as TaskId
}

/**
 * What a vote on a task answers for, in base units: what its pool is paid and puts up, all that an appeal can
 * take. Twin of DealLib.atStake.
 */
export function atStake({ poolPrice, poolStake }: DealTerms): bigint {
  return poolPrice + poolStake
}

/** All of a deal's money the requester locks: (app + dataset + pool price) x volume. */
export function dealCost(
  terms: Pick<DealTerms, 'appPrice' | 'datasetPrice' | 'poolPrice' | 'volume'>,
): Wei {
  return ((terms.appPrice + terms.datasetPrice + terms.poolPrice) * BigInt(terms.volume)) as Wei
}
