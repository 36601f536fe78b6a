import { createHash } from 'node:crypto'
import {
  type Address,
  type Hex32,
  type ResultDigest,
  type TaskId,
  unixSeconds,
} from '@millrace/base'
import {
  batchRoot,
  commitmentOf,
  hashResult,
  headOf,
  merkleProof,
  sealLeaf,
  sortSeals,
  summariseArchive,
} from '@millrace/protocol'
import type { BlobStore } from '@millrace/storage'
import type { PoolMessage, WorkerMessage } from '@millrace/wire'
import type { TestDeal } from './aDeal.ts'
import type { FakeChain } from './fakeChain.ts'
import type { PoolServer } from './poolServer.ts'

/** A pool that follows the protocol for batches of one deal each, and checks all it is told. */
export type HonestPool = {
  /** Gives every task of the deal to every worker named, under the next nonce. */
  give(deal: TestDeal, workers: readonly Address[]): Promise<bigint>
  /** Digests of settled tasks. */
  settled: Map<TaskId, ResultDigest>
  /** Whatever did not fit the protocol. */
  faults: string[]
  allSettled(taskIds: readonly TaskId[]): Promise<void>
}

type Anchored = Map<Address, Extract<PoolMessage, { type: 'committed' }>>

type Batch = {
  nonce: bigint
  deal: TestDeal
  workers: readonly Address[]
  commitments: Map<string, Hex32>
  tags: Map<string, Hex32>
  seals: Map<Address, Hex32>
  /** What each worker was told when the root was on chain. */
  anchored: Anchored
  digests: Map<TaskId, ResultDigest>
  revealed: Set<Address>
  published: Set<TaskId>
}

const key = (worker: Address, taskId: TaskId): string => `${worker} ${taskId}`
const MAX_BYTES = 1 << 24

export function honestPool(
  server: PoolServer,
  { chain, storage }: { chain: FakeChain; storage: BlobStore },
): HonestPool {
  const batches = new Map<bigint, Batch>()
  const settled = new Map<TaskId, ResultDigest>()
  const faults: string[] = []
  const waiters: (() => void)[] = []
  let nonce = 0n
  chain.operators.add(server.operator)

  const batchOf = (taskId: TaskId): Batch | undefined =>
    [...batches.values()].findLast(({ deal }) => deal.taskIds.includes(taskId))
  const settle = (batch: Batch, taskIds: readonly TaskId[]): void => {
    for (const worker of batch.workers)
      server.send(worker, { type: 'settled', tasks: [...taskIds] })
    for (const waiter of waiters) waiter()
  }
  const context = { server, chain, storage, batches, batchOf, settled, faults, settle }

  server.onMessage(({ worker, message }) => {
    answer(context, worker, message).catch((error) => faults.push(String(error)))
  })
  return {
    settled,
    faults,
    async give(deal, workers) {
      const batchNonce = deal.terms.minOdds === 0n ? 0n : ++nonce
      batches.set(batchNonce === 0n ? BigInt(-batches.size - 1) : batchNonce, {
        nonce: batchNonce,
        deal,
        workers,
        commitments: new Map(),
        tags: new Map(),
        seals: new Map(),
        anchored: new Map(),
        digests: new Map(),
        revealed: new Set(),
        published: new Set(),
      })
      for (const worker of workers) {
        server.send(worker, { type: 'deal', dealId: deal.dealId, terms: deal.terms })
        const items = deal.taskIds.map((taskId, index) => ({
          dealId: deal.dealId,
          index,
          taskId,
          nonce: batchNonce,
        }))
        await server.assign(worker, items)
      }
      return batchNonce
    },
    allSettled: (taskIds) =>
      new Promise((resolve) => {
        const look = () => {
          if (taskIds.every((taskId) => settled.has(taskId))) resolve()
        }
        waiters.push(look)
        look()
      }),
  }
}

type Context = {
  server: PoolServer
  chain: FakeChain
  storage: BlobStore
  batches: Map<bigint, Batch>
  batchOf(taskId: TaskId): Batch | undefined
  settled: Map<TaskId, ResultDigest>
  faults: string[]
  settle(batch: Batch, taskIds: readonly TaskId[]): void
}
type Of<T extends WorkerMessage['type']> = Extract<WorkerMessage, { type: T }>

async function answer(context: Context, worker: Address, message: WorkerMessage): Promise<void> {
  if (message.type === 'advertise') onAdvertise(context, worker)
  else if (message.type === 'commitments') await onCommitments(context, worker, message)
  else if (message.type === 'tags') onTags(context, worker, message)
  else if (message.type === 'seal') onSeal(context, worker, message)
  else if (message.type === 'reveal') onReveal(context, worker, message)
  else if (message.type === 'published') await onPublished(context, message)
  else if (message.type === 'results') await onResults(context, message)
}

async function onCommitments(context: Context, worker: Address, { items }: Of<'commitments'>) {
  const nonces = new Set(items.map(({ nonce }) => nonce))
  for (const nonce of nonces) {
    const batch = context.batches.get(nonce)
    if (batch === undefined) continue
    const mine = items.filter((item) => item.nonce === nonce)
    for (const { taskId, commitment } of mine)
      batch.commitments.set(key(worker, taskId), commitment)
    const receipt = mine.map(({ taskId, commitment }) => ({ taskId, commitment }))
    await context.server.receipt(worker, nonce, receipt)
    const bound = mine.flatMap(({ taskId }) =>
      batch.workers.every((one) => batch.commitments.has(key(one, taskId))) ? [taskId] : [],
    )
    if (bound.length === 0) continue
    for (const one of batch.workers) context.server.send(one, { type: 'reportTags', tasks: bound })
  }
}

function onTags(context: Context, worker: Address, { items }: Of<'tags'>): void {
  for (const { taskId, tag } of items) {
    const batch = context.batchOf(taskId)
    if (batch === undefined) continue
    if (!batch.commitments.has(key(worker, taskId)))
      context.faults.push(`${worker} sent a tag before a commitment`)
    batch.tags.set(key(worker, taskId), tag)
    const due = batch.workers.length * batch.deal.taskIds.length
    if (batch.tags.size !== due || batch.seals.size > 0) continue
    const tasks = [...batch.deal.taskIds]
    for (const one of batch.workers)
      context.server.send(one, { type: 'sealRequest', nonce: batch.nonce, tasks })
  }
}

function onSeal(context: Context, worker: Address, { nonce, head }: Of<'seal'>): void {
  const batch = context.batches.get(nonce)
  if (batch === undefined) return
  const mine = batch.deal.taskIds.map((taskId) => {
    return { taskId, commitment: batch.commitments.get(key(worker, taskId)) as Hex32 }
  })
  if (headOf(mine) !== head) context.faults.push(`${worker} sealed something else`)
  batch.seals.set(worker, head)
  if (batch.seals.size !== batch.workers.length) return
  const seals = sortSeals([...batch.seals].map(([one, sealed]) => ({ worker: one, head: sealed })))
  const root = batchRoot(seals)
  const committedAt = unixSeconds(Math.floor(Date.now() / 1000))
  context.chain.commit(nonce, root, committedAt)
  const leaves = seals.map((seal) => sealLeaf(seal.worker, seal.head))
  for (const [index, { worker: one }] of seals.entries()) {
    const publish = one === batch.workers[0] ? [...batch.deal.taskIds] : []
    const proof = merkleProof(leaves, index)
    const count = seals.length
    batch.anchored.set(one, {
      type: 'committed',
      nonce,
      root,
      committedAt,
      index,
      count,
      proof,
      publish,
    })
  }
  for (const [one, message] of batch.anchored) context.server.send(one, message)
}

/** What a worker that has come back has to answer still. */
function onAdvertise({ server, batches }: Context, worker: Address): void {
  for (const { nonce, deal, workers, tags, anchored } of batches.values()) {
    const message = anchored.get(worker)
    const isTagged = tags.size === workers.length * deal.taskIds.length
    if (message !== undefined) server.send(worker, message)
    else if (isTagged) server.send(worker, { type: 'sealRequest', nonce, tasks: deal.taskIds })
  }
}

function onReveal(context: Context, worker: Address, { nonce, seed, items }: Of<'reveal'>): void {
  const batch = context.batches.get(nonce)
  if (batch === undefined) return
  for (const { taskId, digest } of items) {
    const commitment = commitmentOf({ taskId, worker, digest, seed })
    if (commitment !== batch.commitments.get(key(worker, taskId)))
      context.faults.push(`${worker} revealed another digest than it committed to`)
    const other = batch.digests.get(taskId)
    if (other !== undefined && other !== digest) context.faults.push(`two digests of ${taskId}`)
    batch.digests.set(taskId, digest)
  }
  batch.revealed.add(worker)
  settleIfDone(context, batch)
}

async function onPublished(context: Context, { items }: Of<'published'>): Promise<void> {
  for (const { taskId, cid } of items) {
    const batch = context.batchOf(taskId)
    const digest = batch?.digests.get(taskId)
    if (batch === undefined || digest === undefined) continue
    await checkArchive(context, { taskId, cid, digest })
    batch.published.add(taskId)
    settleIfDone(context, batch)
  }
}

function settleIfDone(context: Context, batch: Batch): void {
  const { workers, revealed, published, deal, digests } = batch
  if (revealed.size < workers.length || published.size < deal.taskIds.length) return
  for (const [taskId, digest] of digests) context.settled.set(taskId, digest)
  context.settle(batch, deal.taskIds)
}

async function onResults(context: Context, { items }: Of<'results'>): Promise<void> {
  for (const { taskId, digest, cid } of items) {
    const batch = context.batchOf(taskId)
    if (batch === undefined) continue
    await checkArchive(context, { taskId, cid, digest })
    context.settled.set(taskId, digest)
    context.settle(batch, [taskId])
  }
}

async function checkArchive(
  { storage, faults }: Context,
  { taskId, cid, digest }: { taskId: TaskId; cid: string; digest: ResultDigest },
): Promise<void> {
  const archive = await storage.getBytes(cid, { maxBytes: MAX_BYTES })
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
  if (hashResult(taskId, summariseArchive(archive, sha256)) !== digest)
    faults.push(`the archive of ${taskId} is not that of its digest`)
}
