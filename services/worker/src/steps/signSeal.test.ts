import { headOf } from '@millrace/protocol'
import { describe, expect, it } from 'vitest'
import { aContext, aHash, anExecution, aTaskId } from '../testing/aContext.ts'
import { requestSeal, signSeal } from './signSeal.ts'

const held = (n: number, fields = {}) =>
  anExecution(n, { status: 'tagged', commitment: aHash(n), ...fields })
const link = (n: number) => ({ taskId: aTaskId(n), commitment: aHash(n) })
const contextHolding = (...executions: ReturnType<typeof held>[]) => {
  const context = aContext()
  for (const execution of executions) context.store.put(execution)
  return context
}

describe('requestSeal', () => {
  it('opens a batch over the commitments in the order asked for', () => {
    const context = contextHolding(held(1), held(2))
    const batch = requestSeal(context, { nonce: 1n, tasks: [aTaskId(2), aTaskId(1)] })
    expect(batch).toMatchObject({ status: 'requested', head: headOf([link(2), link(1)]) })
  })

  it.each([
    ['of nothing', []],
    ['of a task twice', [aTaskId(1), aTaskId(1)]],
    ['of a task not held here', [aTaskId(1), aTaskId(3)]],
    ['of a task committed under another nonce', [aTaskId(4)]],
    ['of a task not committed yet', [aTaskId(5)]],
  ])('refuses a seal %s', (_, tasks) => {
    const context = contextHolding(
      held(1),
      held(4, { nonce: 2n }),
      held(5, { commitment: undefined, status: 'packed' }),
    )
    expect(requestSeal(context, { nonce: 1n, tasks })).toHaveProperty('reason')
    expect(context.store.getBatch(1n)).toBeUndefined()
  })

  it('refuses a second list under one nonce, and knows the first again', () => {
    const context = contextHolding(held(1), held(2))
    const first = requestSeal(context, { nonce: 1n, tasks: [aTaskId(1)] })
    expect(requestSeal(context, { nonce: 1n, tasks: [aTaskId(1), aTaskId(2)] })).toHaveProperty(
      'reason',
    )
    expect(requestSeal(context, { nonce: 1n, tasks: [aTaskId(1)] })).toBe(first)
  })

  it('refuses a nonce whose seal it no longer knows', () => {
    const context = contextHolding(held(1))
    context.store.setMeta('prunedNonce', '3')
    expect(requestSeal(context, { nonce: 1n, tasks: [aTaskId(1)] })).toHaveProperty('reason')
  })
})

describe('signSeal', () => {
  it('saves head and signature before it sends them', async () => {
    const context = contextHolding(held(1))
    const batch = requestSeal(context, { nonce: 1n, tasks: [aTaskId(1)] })
    if ('reason' in batch) throw new Error(batch.reason)
    await signSeal(context, batch)
    const saved = context.store.getBatch(1n)
    expect(saved).toMatchObject({ status: 'sealed', head: batch.head })
    expect(context.sent).toEqual([
      {
        type: 'seal',
        nonce: 1n,
        head: saved?.head,
        commitBy: saved?.commitBy,
        signature: saved?.signature,
      },
    ])
    expect(context.store.get(aTaskId(1))?.status).toBe('sealed')
  })

  it('leaves alone a task that has moved to a later batch meanwhile', async () => {
    const context = contextHolding(held(1))
    const batch = requestSeal(context, { nonce: 1n, tasks: [aTaskId(1)] })
    if ('reason' in batch) throw new Error(batch.reason)
    context.store.patch(aTaskId(1), 'tagged', { status: 'committed', nonce: 2n })
    await signSeal(context, batch)
    expect(context.store.get(aTaskId(1))?.status).toBe('committed')
  })
})
