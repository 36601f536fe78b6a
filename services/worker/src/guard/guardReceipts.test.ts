import {
  type Address,
  nowSec,
  type ResultDigest,
  type UnixSeconds,
  unixSeconds,
} from '@millrace/base'
import { commitmentOf, receiptRoot, type Settlement } from '@millrace/protocol'
import { memoryBlobStore } from '@millrace/storage'
import { describe, expect, it } from 'vitest'
import { aContext, aHash, anAddress } from '../testing/aContext.ts'
import { aDeal, TEST_POOL } from '../testing/aDeal.ts'
import { fakeChain } from '../testing/fakeChain.ts'
import { guardReceipts } from './guardReceipts.ts'

/** A receipt for a task that has settled in a batch of these workers, and ended `endedSec` ago. */
async function receipted({
  by,
  endedSec = 100,
  committedSec = 300,
}: {
  by: (worker: Address) => Address[]
  endedSec?: number
  committedSec?: number
}) {
  const { terms, dealId, taskIds } = await aDeal({ chain: fakeChain(), storage: memoryBlobStore() })
  const context = aContext({ deals: { terms: () => terms } as never })
  const { worker, clock, store, seeds, chain } = context
  const taskId = taskIds[0] as (typeof taskIds)[number]
  const digest = aHash(3) as unknown as ResultDigest
  const commitment = commitmentOf({ taskId, worker, digest, seed: seeds(1n) })
  const now = nowSec(clock)
  const items = [{ taskId, commitment }]
  store.putReceipt({
    nonce: 1n,
    root: receiptRoot(items),
    until: unixSeconds(now - endedSec),
    signature: '0x12',
    items,
    own: [{ taskId, dealId, index: 0, digest }],
    keepUntilSec: now + 1000,
  })
  const other = aHash(4) as unknown as ResultDigest
  const committedAt = unixSeconds(now - committedSec)
  const facts = { resultRoot: aHash(5), batchRoot: aHash(6), committedAt }
  const settlement: Settlement = {
    pool: TEST_POOL,
    nonce: 2n,
    facts: { ...facts, settledAt: committedAt as UnixSeconds },
    parts: [{ dealId, tasks: [{ index: 0, digests: [other] }] }],
    workers: by(worker).map((each, n) => {
      const votes = [{ slot: 0, variant: 0 }]
      return { worker: each, seed: aHash(n), signature: '0x', commitBy: committedAt, votes }
    }),
    absent: [],
    winners: new Map([[taskId, other]]),
  }
  return { context, settle: () => chain.settlements.set(taskId, settlement) }
}

const STRANGERS = [anAddress(1), anAddress(2)]

describe('the guard of receipts', () => {
  it('claims a task that settled without this worker, once, and drops the receipt', async () => {
    const { context, settle } = await receipted({ by: () => STRANGERS })
    await guardReceipts(context)
    expect(context.chain.calls).toEqual([])
    settle()
    await guardReceipts(context)
    await guardReceipts(context)
    expect(context.chain.calls).toEqual(['claimOmission 0'])
    expect(context.store.receipts()).toEqual([])
  })

  it('claims nothing of a batch that this worker is in', async () => {
    const { context, settle } = await receipted({ by: (worker) => [...STRANGERS, worker] })
    settle()
    await guardReceipts(context)
    expect(context.chain.calls).toEqual([])
    expect(context.store.receipts()).toEqual([])
  })

  it('claims nothing of a batch that was committed after the end of the receipt', async () => {
    const ended = { endedSec: 300, committedSec: 200 }
    const { context, settle } = await receipted({ by: () => STRANGERS, ...ended })
    settle()
    await guardReceipts(context)
    expect(context.chain.calls).toEqual([])
  })

  it('looks only after the end, when the batches of that time have settled', async () => {
    const { context, settle } = await receipted({ by: () => STRANGERS, endedSec: 30 })
    settle()
    await guardReceipts(context)
    expect(context.chain.calls).toEqual([])
    expect(context.store.receipts()).toHaveLength(1)
  })
})
