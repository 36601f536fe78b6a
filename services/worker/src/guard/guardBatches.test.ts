import { type DealId, nowSec, unixSeconds, wei } from '@millrace/base'
import { batchRoot } from '@millrace/protocol'
import { memoryBlobStore } from '@millrace/storage'
import { describe, expect, it } from 'vitest'
import type { SealedBatch } from '../execution.ts'
import { aContext, aHash, aTaskId } from '../testing/aContext.ts'
import { aDeal } from '../testing/aDeal.ts'
import { fakeChain } from '../testing/fakeChain.ts'
import { guardBatches } from './guardBatches.ts'

/** A worker that has sealed a batch alone, committed `sec` seconds ago. */
async function committed(sec: number, { isProven = true } = {}) {
  const { terms } = await aDeal({ chain: fakeChain(), storage: memoryBlobStore() })
  const deals = { terms: () => ({ ...terms, settleWindowSec: 3600 }) } as never
  const context = aContext({ deals })
  const { worker, clock, chain, store } = context
  chain.funds = { bond: wei(10n ** 19n), free: wei(0n), tokens: wei(0n) }
  const committedAt = unixSeconds(nowSec(clock) - sec)
  const head = aHash(1)
  const root = batchRoot([{ worker, head }])
  const batch: SealedBatch = {
    nonce: 1n,
    status: 'sealed',
    tasks: [
      { taskId: aTaskId(1), dealId: aHash(2) as DealId, index: 0, digest: aHash(3) as never },
    ],
    head,
    commitBy: unixSeconds(committedAt + 60),
    signature: `0x${'12'.repeat(65)}`,
    anchor: isProven ? { root, committedAt, index: 0, count: 1, proof: [] } : undefined,
    sealedAtSec: committedAt,
    isForced: false,
    isOver: false,
  }
  store.putBatch(batch)
  chain.commit(1n, root, committedAt)
  const change = (fields: Partial<SealedBatch>) => store.putBatch({ ...batch, ...fields })
  return { context, change, batch: () => store.getBatch(1n) }
}

describe('the guard of sealed batches', () => {
  it('reveals on chain by itself, once, with its place in the root', async () => {
    const { context, batch } = await committed(600)
    await guardBatches(context)
    await guardBatches(context)
    expect(context.chain.calls).toEqual(['forceReveal 1 proven'])
    expect(batch()).toMatchObject({ isForced: true, isOver: false })
  })

  it('reveals without a place when its pool gave no proof, by what the log says', async () => {
    const { context } = await committed(900, { isProven: false })
    await guardBatches(context)
    expect(context.chain.calls).toEqual(['forceReveal 1 unproven'])
  })

  it('does not show a place that a wrong proof leads to', async () => {
    const { context, change, batch } = await committed(900)
    const anchor = batch()?.anchor
    if (anchor === undefined) throw new RangeError('no anchor')
    change({ anchor: { ...anchor, count: 2, proof: [aHash(7)] } })
    await guardBatches(context)
    expect(context.chain.calls).toEqual(['forceReveal 1 unproven'])
  })

  it('spends nothing when its bond is worth less than the gas', async () => {
    const { context } = await committed(600)
    context.chain.funds = { bond: wei(1n), free: wei(0n), tokens: wei(0n) }
    await guardBatches(context)
    expect(context.chain.calls).toEqual([])
  })

  it('claims the stake of a batch that was dropped after its reveal, once', async () => {
    const { context, change } = await committed(3601)
    change({ isForced: true })
    await guardBatches(context)
    await guardBatches(context)
    expect(context.chain.calls).toEqual(['forfeit 1'])
  })

  it('leaves batches alone that have settled', async () => {
    const { context, batch } = await committed(600)
    context.chain.settle(1n)
    await guardBatches(context)
    expect(context.chain.calls).toEqual([])
    expect(batch()?.isOver).toBe(true)
  })
})
