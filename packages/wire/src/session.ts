import { z } from 'zod'
import {
  zAddress,
  zBigint,
  zCid,
  zDealId,
  zHex,
  zHex32,
  zResultDigest,
  zTaskId,
  zUint32,
  zUnixSeconds,
} from './fields.ts'
import { zDealTerms } from './orders.ts'

// Messages between a worker and its pool over one WebSocket, JSON text frames, one message each.
// The worker dials; both sides batch into arrays. Order of a task's messages:
//   assignments > [run] > commitments > receipts > reportTags > tags > sealRequest > seal >
//   committed > reveal + published > settled
// and for deals with minOdds 0: assignments > [run, publish] > results > settled.

export const SESSION_VERSION = 1

const error = { code: z.string(), message: z.string() }
const list = <T extends z.ZodType>(item: T) => z.array(item).max(4096)

/** What a worker offers; nothing that identifies the machine or its owner beyond the address. */
export const zAdvertisement = z.strictObject({
  slots: z.int().min(1).max(4096),
  memoryMiB: z.int().min(1),
  diskMiB: z.int().min(1),
  /** Measured on the metered kernels, fuel per second and slot. */
  fuelPerSec: z.number().positive(),
  arch: z.string(),
  runtimes: z.array(z.string()),
  /** Layers of the sandbox that hold on this machine. */
  layers: z.array(z.string()),
})
export type Advertisement = z.output<typeof zAdvertisement>

export const zWorkerMessage = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('hello'),
    version: z.int(),
    worker: zAddress,
    owner: zAddress,
    agent: z.string().max(200),
  }),
  /** EIP-712 signature over the challenge, see sessionTypedData. */
  z.strictObject({ type: z.literal('prove'), signature: zHex }),
  /** After welcome and whenever it changes. `executions` are the tasks the worker still holds. */
  z.strictObject({
    type: z.literal('advertise'),
    advertisement: zAdvertisement,
    executions: list(zTaskId),
  }),
  z.strictObject({
    type: z.literal('heartbeat'),
    running: list(zTaskId),
    freeSlots: z.int().min(0),
  }),
  z.strictObject({
    type: z.literal('commitments'),
    items: list(z.strictObject({ taskId: zTaskId, nonce: zBigint, commitment: zHex32 })),
  }),
  z.strictObject({
    type: z.literal('tags'),
    items: list(z.strictObject({ taskId: zTaskId, tag: zHex32 })),
  }),
  /** EIP-712 signature over sealTypedData. The pool must commit the batch until `commitBy`. */
  z.strictObject({
    type: z.literal('seal'),
    nonce: zBigint,
    head: zHex32,
    commitBy: zUnixSeconds,
    signature: zHex,
  }),
  z.strictObject({
    type: z.literal('reveal'),
    nonce: zBigint,
    seed: zHex32,
    items: list(z.strictObject({ taskId: zTaskId, digest: zResultDigest })),
  }),
  z.strictObject({
    type: z.literal('published'),
    items: list(z.strictObject({ taskId: zTaskId, cid: zCid })),
  }),
  z.strictObject({
    type: z.literal('results'),
    items: list(z.strictObject({ taskId: zTaskId, digest: zResultDigest, cid: zCid })),
  }),
  /** No result; the pool gives the task to another. */
  z.strictObject({
    type: z.literal('failed'),
    items: list(z.strictObject({ taskId: zTaskId, ...error })),
  }),
  /** No new assignments please; what runs is finished first. */
  z.strictObject({ type: z.literal('leaving') }),
])
export type WorkerMessage = z.output<typeof zWorkerMessage>

export const zAssignment = z.strictObject({
  dealId: zDealId,
  index: zUint32,
  taskId: zTaskId,
  /** Batch under which to commit; 0 for deals with minOdds 0. */
  nonce: zBigint,
  /** After this the pool gives the task to another. */
  leaseUntil: zUnixSeconds,
})
export type Assignment = z.output<typeof zAssignment>

export const zPoolMessage = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('challenge'),
    challenge: zHex32,
    pool: zAddress,
    chainId: z.int(),
    work: zAddress,
  }),
  z.strictObject({
    type: z.literal('welcome'),
    heartbeatSec: z.number().positive(),
    storageUrl: z.string(),
  }),
  /** Sent once per session before a deal's first assignment; the worker checks the hash and the chain. */
  z.strictObject({ type: z.literal('deal'), dealId: zDealId, terms: zDealTerms }),
  /** Signed by the pool over assignmentsTypedData. */
  z.strictObject({ type: z.literal('assignments'), items: list(zAssignment), signature: zHex }),
  /** Signed by the pool over receiptTypedData: `root` is the Merkle root of `commitments` in this order. */
  z.strictObject({
    type: z.literal('receipts'),
    nonce: zBigint,
    items: list(z.strictObject({ taskId: zTaskId, commitment: zHex32 })),
    root: zHex32,
    /** Before then the pool does not commit a batch that settles any of these tasks without the worker. */
    until: zUnixSeconds,
    signature: zHex,
  }),
  /** The batch sealed without these tasks: commit them again under this nonce. */
  z.strictObject({ type: z.literal('recommit'), nonce: zBigint, tasks: list(zTaskId) }),
  /** Every replica of these tasks holds a receipt: send tags. */
  z.strictObject({ type: z.literal('reportTags'), tasks: list(zTaskId) }),
  /** The worker's own tasks of the batch in ascending slots; it seals exactly these or refuses. */
  z.strictObject({ type: z.literal('sealRequest'), nonce: zBigint, tasks: list(zTaskId) }),
  /** The root is on chain; proof of the worker's leaf. `publish` are the results it is named for. */
  z.strictObject({
    type: z.literal('committed'),
    nonce: zBigint,
    root: zHex32,
    committedAt: zUnixSeconds,
    index: z.int().min(0),
    count: z.int().min(1),
    proof: z.array(zHex32),
    publish: list(zTaskId),
  }),
  /** Names the worker as publisher of more results of a batch it has revealed. */
  z.strictObject({ type: z.literal('publish'), tasks: list(zTaskId) }),
  /** Settled or closed on chain: the worker may forget these tasks. */
  z.strictObject({ type: z.literal('settled'), tasks: list(zTaskId) }),
  z.strictObject({ type: z.literal('cancel'), tasks: list(zTaskId), reason: z.string() }),
  /** Followed by the end of the session. */
  z.strictObject({ type: z.literal('refused'), ...error }),
])
export type PoolMessage = z.output<typeof zPoolMessage>
