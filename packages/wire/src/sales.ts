import { SALE_OUTCOMES, SALE_STAGES } from '@millrace/protocol'
import { z } from 'zod'
import { zAddress, zBigint, zHex32, zSeconds, zUint32, zUnixSeconds, zWei } from './fields.ts'

// Files and services on sale, as the market's API lists them.

/** Terms as FairExchange took them. */
export const zFileOffer = z.object({
  seller: zAddress,
  nonce: zBigint,
  buyer: zAddress,
  root: zHex32,
  plainRoot: zHex32,
  keyCommitment: zHex32,
  sizeBytes: zBigint,
  chunkBytes: zUint32,
  price: zWei,
  deposit: zWei,
  acceptUntil: zUnixSeconds,
  revealSec: zSeconds,
  complainSec: zSeconds,
})

/** Terms as Services took them. */
export const zServiceOffer = z.object({
  provider: zAddress,
  nonce: zBigint,
  buyer: zAddress,
  arbiter: zAddress,
  task: zHex32,
  price: zWei,
  stake: zWei,
  fee: zWei,
  acceptUntil: zUnixSeconds,
  deliverSec: zSeconds,
  reviewSec: zSeconds,
  appealSec: zSeconds,
  rulingSec: zSeconds,
  maturitySec: zSeconds,
})

const sale = {
  offerId: zHex32,
  seller: zAddress,
  /** Absent until somebody accepts; stays when the sale is over. */
  buyer: zAddress.optional(),
  stage: z.enum(SALE_STAGES),
  /** End of the present stage; 0 when the sale is over. */
  until: zUnixSeconds,
  /** Once it is over. */
  outcome: z.enum(SALE_OUTCOMES).optional(),
  /** Where the sealed file, or the description of the work, lies. */
  uri: z.string(),
}

/** GET /files?seller=&buyer=&open= and /files/:offerId. */
export const zFileSaleRow = z.object({ ...sale, terms: zFileOffer })
export type FileSaleRow = z.output<typeof zFileSaleRow>

/** GET /services?seller=&buyer=&arbiter=&open= and /services/:offerId. */
export const zServiceSaleRow = z.object({
  ...sale,
  terms: zServiceOffer,
  /** sha256 of what was delivered, and of what each side had to say. */
  content: zHex32.optional(),
  refusal: zHex32.optional(),
  appeal: zHex32.optional(),
  /** Share of the price that the provider got, once the sale is over. */
  providerBps: z.int().optional(),
})
export type ServiceSaleRow = z.output<typeof zServiceSaleRow>
