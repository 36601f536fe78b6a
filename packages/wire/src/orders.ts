import type { AppOrder, DatasetOrder, DealTerms, PoolOrder, RequestOrder } from '@millrace/protocol'
import { z } from 'zod'
import { zAddress, zBigint, zHex, zHex32, zSeconds, zUint32, zUnixSeconds, zWei } from './fields.ts'

const zUint16 = z.int().min(0).max(0xffff)

export const zAppOrder = z.strictObject({
  app: zAddress,
  price: zWei,
  volume: zBigint,
  expiresAt: zUnixSeconds,
  salt: zBigint,
  onlyDataset: zAddress,
  onlyPool: zAddress,
  onlyRequester: zAddress,
  pricing: zAddress,
  determinism: z.int().min(0).max(255),
}) satisfies z.ZodType<AppOrder>

export const zDatasetOrder = z.strictObject({
  dataset: zAddress,
  price: zWei,
  volume: zBigint,
  expiresAt: zUnixSeconds,
  salt: zBigint,
  onlyApp: zAddress,
  onlyPool: zAddress,
  onlyRequester: zAddress,
  pricing: zAddress,
}) satisfies z.ZodType<DatasetOrder>

export const zPoolOrder = z.strictObject({
  pool: zAddress,
  price: zWei,
  stake: zWei,
  maxOdds: zBigint,
  volume: zBigint,
  fuel: zBigint,
  memoryMiB: zUint32,
  diskMiB: zUint32,
  wallSec: zUint32,
  expiresAt: zUnixSeconds,
  salt: zBigint,
  onlyApp: zAddress,
  onlyDataset: zAddress,
  onlyRequester: zAddress,
  ad: zHex32,
  taskSec: zSeconds,
  slaBps: zUint16,
  slots: zUint32,
}) satisfies z.ZodType<PoolOrder>

export const zRequestOrder = z.strictObject({
  requester: zAddress,
  beneficiary: zAddress,
  callback: zAddress,
  app: zAddress,
  dataset: zAddress,
  onlyPool: zAddress,
  maxAppPrice: zWei,
  maxDatasetPrice: zWei,
  maxPoolPrice: zWei,
  minStake: zWei,
  minOdds: zBigint,
  volume: zBigint,
  fuel: zBigint,
  memoryMiB: zUint32,
  diskMiB: zUint32,
  wallSec: zUint32,
  bagCodec: zUint32,
  deadlineSec: zSeconds,
  maturitySec: zSeconds,
  expiresAt: zUnixSeconds,
  bag: zHex32,
  salt: zBigint,
  ad: zHex32,
  arbiter: zAddress,
  callbackGas: zUint32,
  taskSec: zSeconds,
  slotSec: zSeconds,
  slaBps: zUint16,
}) satisfies z.ZodType<RequestOrder>

/** Bytes of the compiled ad whose hash is in the order; absent for none. */
export const zOrderAd = zHex.optional()

/** An order as it is posted and listed. */
export const zSignedOrder = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('app'), order: zAppOrder, signature: zHex }),
  z.strictObject({ kind: z.literal('dataset'), order: zDatasetOrder, signature: zHex }),
  z.strictObject({ kind: z.literal('pool'), order: zPoolOrder, signature: zHex, ad: zOrderAd }),
  z.strictObject({
    kind: z.literal('request'),
    order: zRequestOrder,
    signature: zHex,
    ad: zOrderAd,
  }),
])
export type SignedOrder = z.output<typeof zSignedOrder>

export const zDealTerms = z.strictObject({
  requestHash: zHex32,
  bag: zHex32,
  requester: zAddress,
  beneficiary: zAddress,
  callback: zAddress,
  app: zAddress,
  appOwner: zAddress,
  dataset: zAddress,
  datasetOwner: zAddress,
  pool: zAddress,
  poolOwner: zAddress,
  appPrice: zWei,
  datasetPrice: zWei,
  poolPrice: zWei,
  poolStake: zWei,
  minOdds: zBigint,
  firstIndex: zBigint,
  fuel: zBigint,
  volume: zUint32,
  memoryMiB: zUint32,
  diskMiB: zUint32,
  wallSec: zUint32,
  bagCodec: zUint32,
  openedAt: zUnixSeconds,
  expiresAt: zUnixSeconds,
  settleWindowSec: zSeconds,
  maturitySec: zSeconds,
  workerShareBps: z.int().min(0).max(10_000),
  saboteurBps: z.int().min(0).max(10_000),
  taskSec: zSeconds,
  slotSec: zSeconds,
  slaBps: zUint16,
}) satisfies z.ZodType<DealTerms>
