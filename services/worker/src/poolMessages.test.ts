import { type Hex, unixSeconds } from '@millrace/base'
import { signTyped } from '@millrace/chain'
import { receiptRoot, tagOf } from '@millrace/protocol'
import { assignmentsTypedData, type PoolMessage, receiptTypedData } from '@millrace/wire'
import { privateKeyToAccount } from 'viem/accounts'
import { describe, expect, it } from 'vitest'
import type { Deals } from './deals.ts'
import { onPoolMessage } from './poolMessages.ts'
import { createOperatorCheck } from './signatures.ts'
import { commitTask } from './steps/commitTask.ts'
import { aContext, aHash, anExecution, aTaskId, type TestContext } from './testing/aContext.ts'
import { TEST_POOL } from './testing/aDeal.ts'
import { OPERATOR_KEY } from './testing/poolServer.ts'

const operator = privateKeyToAccount(OPERATOR_KEY)
const stranger = privateKeyToAccount(`0x${'13'.repeat(32)}`)
const noDeals = { terms: () => undefined } as unknown as Deals

/** A worker's message handling, with one operator known to the chain. */
function aWorkerHearing(parts: { isLeaving?: boolean } = {}) {
  const context = aContext({ deals: noDeals })
  context.chain.operators.add(operator.address.toLowerCase() as never)
  const { chain, clock } = context
  const checkOperator = createOperatorCheck({ chain, clock, pool: TEST_POOL })
  const isLeaving = () => parts.isLeaving === true
  const hear = (message: PoolMessage) =>
    onPoolMessage({ context, checkOperator, isLeaving }, message)
  return { context, hear }
}

async function assignments(
  { worker, domain }: TestContext,
  { signer = operator, nonce = 1n, n = 1 } = {},
): Promise<PoolMessage> {
  const leaseUntil = unixSeconds(4_000_000_000)
  const { dealId } = anExecution(n)
  const items = [{ dealId, index: n, taskId: aTaskId(n), nonce, leaseUntil }]
  const data = assignmentsTypedData({ pool: TEST_POOL, worker, items }, domain)
  return { type: 'assignments', items, signature: await signTyped(signer, data) }
}

async function receipts(
  { worker, domain }: TestContext,
  items: { taskId: ReturnType<typeof aTaskId>; commitment: ReturnType<typeof aHash> }[],
  signer = operator,
): Promise<PoolMessage> {
  const nonce = 1n
  const root = receiptRoot(items)
  const until = unixSeconds(4_000_000_000)
  const data = receiptTypedData({ pool: TEST_POOL, nonce, worker, root, until }, domain)
  return { type: 'receipts', nonce, items, root, until, signature: await signTyped(signer, data) }
}

describe('an assignment', () => {
  it('of an operator of the pool becomes an execution', async () => {
    const { context, hear } = aWorkerHearing()
    await hear(await assignments(context))
    expect(context.store.get(aTaskId(1))).toMatchObject({ status: 'offered', nonce: 1n, index: 1 })
  })

  it('of anybody else has no effect', async () => {
    const { context, hear } = aWorkerHearing()
    const forged = await assignments(context, { signer: stranger })
    await expect(hear(forged)).rejects.toMatchObject({ code: 'POOL_MISBEHAVED' })
    expect(context.store.executionCount()).toBe(0)
  })

  it('whose items were changed after signing has no effect', async () => {
    const { context, hear } = aWorkerHearing()
    const message = (await assignments(context)) as Extract<PoolMessage, { type: 'assignments' }>
    const changed = { ...message, items: message.items.map((item) => ({ ...item, nonce: 9n })) }
    await expect(hear(changed)).rejects.toMatchObject({ code: 'POOL_MISBEHAVED' })
  })

  it('is handed back while the worker is leaving', async () => {
    const { context, hear } = aWorkerHearing({ isLeaving: true })
    await hear(await assignments(context))
    expect(context.store.get(aTaskId(1))?.failure?.code).toBe('WORKER_LEAVING')
  })

  it('given again moves work that is held to the newer batch', async () => {
    const { context, hear } = aWorkerHearing()
    context.store.put(anExecution(1, { status: 'committed', commitment: aHash(1) }))
    await hear(await assignments(context, { nonce: 2n }))
    expect(context.store.get(aTaskId(1))).toMatchObject({
      status: 'packed',
      nonce: 2n,
      commitment: undefined,
    })
  })
})

describe('a receipt', () => {
  async function committed() {
    const { context, hear } = aWorkerHearing()
    const execution = anExecution(1)
    context.store.put(execution)
    await commitTask(context, [execution])
    const commitment = context.store.get(execution.taskId)?.commitment ?? aHash(0)
    context.sent.length = 0
    return { context, hear, item: { taskId: execution.taskId, commitment } }
  }

  it('for its commitment is kept as evidence and lets the tag be reported', async () => {
    const { context, hear, item } = await committed()
    await hear(await receipts(context, [item]))
    expect(context.store.get(item.taskId)?.status).toBe('receipted')
    expect(context.store.receipts()).toMatchObject([{ nonce: 1n, items: [item] }])
  })

  it('for another commitment changes nothing', async () => {
    const { context, hear, item } = await committed()
    await hear(await receipts(context, [{ ...item, commitment: aHash(5) }]))
    expect(context.store.get(item.taskId)?.status).toBe('committed')
    expect(context.store.receipts()).toEqual([])
  })

  it('not signed by the pool changes nothing', async () => {
    const { context, hear, item } = await committed()
    const forged = await receipts(context, [item], stranger)
    await expect(hear(forged)).rejects.toMatchObject({ code: 'POOL_MISBEHAVED' })
    expect(context.store.get(item.taskId)?.status).toBe('committed')
  })

  it('whose root is of other commitments changes nothing', async () => {
    const { context, hear, item } = await committed()
    const message = await receipts(context, [{ ...item, commitment: aHash(5) }])
    const swapped = { ...message, items: [item] } as PoolMessage
    await expect(hear(swapped)).rejects.toMatchObject({ code: 'POOL_MISBEHAVED' })
    expect(context.store.get(item.taskId)?.status).toBe('committed')
  })

  it('must be there before a tag that was asked for is due', async () => {
    const { context, hear, item } = await committed()
    await hear({ type: 'reportTags', tasks: [item.taskId] })
    expect(context.store.get(item.taskId)).toMatchObject({ status: 'committed', tagWanted: true })
    expect(context.sent).toEqual([])
    await hear(await receipts(context, [item]))
    expect(context.store.get(item.taskId)).toMatchObject({ status: 'receipted', tagWanted: true })
  })
})

describe('a pool that repeats itself', () => {
  it('gets a tag again', async () => {
    const { context, hear } = aWorkerHearing()
    const execution = anExecution(1, { status: 'tagged' })
    context.store.put(execution)
    await hear({ type: 'reportTags', tasks: [execution.taskId] })
    const tag = tagOf(execution.taskId, execution.digest as never)
    expect(context.sent).toEqual([{ type: 'tags', items: [{ taskId: execution.taskId, tag }] }])
  })

  it('gets a seal again, and never another for the same nonce', async () => {
    const { context, hear } = aWorkerHearing()
    for (const n of [1, 2])
      context.store.put(anExecution(n, { status: 'tagged', commitment: aHash(n) }))
    await hear({ type: 'sealRequest', nonce: 1n, tasks: [aTaskId(1)] })
    const batch = context.store.getBatch(1n)
    if (batch === undefined) throw new RangeError('no batch')
    context.store.putBatch({ ...batch, status: 'sealed', signature: '0x12' as Hex })
    await hear({ type: 'sealRequest', nonce: 1n, tasks: [aTaskId(1)] })
    const { head, commitBy } = batch
    expect(context.sent).toEqual([{ type: 'seal', nonce: 1n, head, commitBy, signature: '0x12' }])
    const other: PoolMessage = { type: 'sealRequest', nonce: 1n, tasks: [aTaskId(2)] }
    await expect(hear(other)).rejects.toMatchObject({ code: 'POOL_MISBEHAVED' })
  })

  it('learns which tasks of a seal are not held here', async () => {
    const { context, hear } = aWorkerHearing()
    const message: PoolMessage = { type: 'sealRequest', nonce: 1n, tasks: [aTaskId(8)] }
    await expect(hear(message)).rejects.toMatchObject({ code: 'POOL_MISBEHAVED' })
    expect(context.sent).toMatchObject([{ type: 'failed', items: [{ taskId: aTaskId(8) }] }])
  })

  it('gets a location again', async () => {
    const { context, hear } = aWorkerHearing()
    context.store.put(anExecution(1, { status: 'published', cid: 'bafy' }))
    await hear({ type: 'publish', tasks: [aTaskId(1)] })
    expect(context.sent).toEqual([
      { type: 'published', items: [{ taskId: aTaskId(1), cid: 'bafy' }] },
    ])
  })
})

describe('recommit', () => {
  it('never moves to an older batch, and leaves trusted tasks alone', async () => {
    const { context, hear } = aWorkerHearing()
    context.store.put(anExecution(1, { nonce: 5n, status: 'committed', commitment: aHash(1) }))
    context.store.put(anExecution(2, { nonce: 0n }))
    await hear({ type: 'recommit', nonce: 4n, tasks: [aTaskId(1), aTaskId(2)] })
    expect(context.store.get(aTaskId(1))).toMatchObject({ nonce: 5n, status: 'committed' })
    expect(context.store.get(aTaskId(2))).toMatchObject({ nonce: 0n, status: 'packed' })
  })
})
