import { unixSeconds } from '@millrace/base'
import { batchRoot, merkleProof, sealLeaf } from '@millrace/protocol'
import { describe, expect, it } from 'vitest'
import type { SealedBatch } from '../execution.ts'
import { aContext, aHash, anAddress, anExecution, aTaskId } from '../testing/aContext.ts'
import { revealBatch } from './revealBatch.ts'

const committedAt = unixSeconds(1_800_000_000)

/** A worker's sealed batch beside another worker's, with the pool's right proof. */
function sealed() {
  const context = aContext()
  const head = aHash(1)
  const seals = [
    { worker: context.worker, head },
    { worker: anAddress(1), head: aHash(2) },
  ].sort((a, b) => (a.worker < b.worker ? -1 : 1))
  const leaves = seals.map((seal) => sealLeaf(seal.worker, seal.head))
  const index = seals.findIndex(({ worker }) => worker === context.worker)
  const root = batchRoot(seals)
  const proof = merkleProof(leaves, index)
  const execution = anExecution(1, { status: 'sealed' })
  context.store.put(execution)
  const batch: SealedBatch = {
    nonce: 1n,
    status: 'anchored',
    tasks: [{ ...execution, digest: execution.digest as never }],
    head,
    commitBy: committedAt,
    signature: '0x00',
    anchor: { root, committedAt, index, count: 2, proof },
    sealedAtSec: committedAt,
    isForced: false,
    isOver: false,
  }
  context.store.putBatch(batch)
  return { context, batch, root }
}

describe('revealBatch', () => {
  it('shows seed and digests once the root is on chain', async () => {
    const { context, batch, root } = sealed()
    context.chain.commit(1n, root, committedAt)
    await revealBatch(context, batch)
    expect(context.sent).toEqual([
      { type: 'reveal', nonce: 1n, seed: context.seeds(1n), items: itemsOf(batch) },
    ])
    expect(context.store.getBatch(1n)?.status).toBe('revealed')
    expect(context.store.get(aTaskId(1))?.status).toBe('revealed')
  })

  it('shows nothing while the chain has no root', async () => {
    const { context, batch } = sealed()
    await expect(revealBatch(context, batch)).rejects.toMatchObject({ code: 'NOT_ANCHORED' })
    expect(context.sent).toEqual([])
  })

  it.each([
    ['another root', aHash(9), committedAt],
    ['another time', undefined, unixSeconds(committedAt + 1)],
  ])('shows nothing when the chain has %s', async (_, otherRoot, at) => {
    const { context, batch, root } = sealed()
    context.chain.commit(1n, otherRoot ?? root, at)
    await expect(revealBatch(context, batch)).rejects.toMatchObject({ code: 'NOT_ANCHORED' })
    expect(context.sent).toEqual([])
  })

  it('shows nothing under a proof that does not lead from its own seal', async () => {
    const { context, batch, root } = sealed()
    context.chain.commit(1n, root, committedAt)
    const lied = { ...batch, head: aHash(7) }
    await expect(revealBatch(context, lied)).rejects.toMatchObject({ code: 'POOL_MISBEHAVED' })
    expect(context.sent).toEqual([])
  })
})

function itemsOf({ tasks }: SealedBatch) {
  return tasks.map(({ taskId, digest }) => ({ taskId, digest }))
}
