import { describe, expect, it } from 'vitest'
import { createRpc } from '../client/rpc.ts'
import { handleMessage } from './handleMessage.ts'

describe('a node that will not answer any more', () => {
  it('is out of reach to its clients, who may come back', async () => {
    const stopped = () => Promise.reject(new RangeError('the queue is closed'))
    const fetch = async (_: unknown, init?: { body?: unknown }) =>
      new Response(await handleMessage(String(init?.body), stopped))
    const rpc = createRpc({
      url: 'http://node',
      fetch: fetch as typeof globalThis.fetch,
      patienceMs: 0,
    })
    await expect(rpc('eth_call')).rejects.toMatchObject({
      code: 'CHAIN_UNREACHABLE',
      retryable: true,
    })
  })
})
