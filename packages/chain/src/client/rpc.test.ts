import { describe, expect, it } from 'vitest'
import { createRpc, NODE_STOPPING } from './rpc.ts'

type Call = { id: number; method: string; params: unknown[] }
const json = (value: unknown, status = 200) => new Response(JSON.stringify(value), { status })

/** A fetch that answers from `answer` and keeps what it was asked. */
function aFetch(answer: (body: Call | Call[]) => Response | Promise<Response>) {
  const bodies: (Call | Call[])[] = []
  const fetch = ((_: string, { body }: { body: string }) => {
    const parsed = JSON.parse(body)
    bodies.push(parsed)
    return Promise.resolve(answer(parsed))
  }) as typeof globalThis.fetch
  return { fetch, bodies }
}

/** A clock in which sleeping takes no time. */
function aClock() {
  let nowMs = 0
  return {
    nowMs: () => nowMs,
    sleep: (ms: number) => {
      nowMs += ms
      return Promise.resolve()
    },
  }
}

const url = 'http://node.example/v3/secret-key'
const gone = () => {
  throw new TypeError('fetch failed')
}

describe('rpc', () => {
  it('sends calls of one turn as one batch and sorts answers by id', async () => {
    const { fetch, bodies } = aFetch((body) =>
      json((body as Call[]).map(({ id, method }) => ({ id, result: method })).reverse()),
    )
    const rpc = createRpc({ url, fetch })
    expect(await Promise.all([rpc('a'), rpc('b', [1])])).toEqual(['a', 'b'])
    expect(bodies).toHaveLength(1)
  })

  it('sends a single call without a list around it', async () => {
    const { fetch, bodies } = aFetch((body) => json({ id: (body as Call).id, result: 7 }))
    expect(await createRpc({ url, fetch })('a')).toBe(7)
    expect(bodies[0]).toMatchObject({ method: 'a', params: [] })
  })

  it.each([
    ['geth', '0x1234'],
    ['nethermind', 'Reverted 0x1234'],
    ['nested', { data: '0x1234' }],
    ['deeply nested', { data: { result: '0x1234' } }],
  ])('finds revert data as %s sends it', async (_, data) => {
    const error = { code: 3, message: 'execution reverted', data }
    const { fetch } = aFetch(() => json({ id: 0, error }))
    await expect(createRpc({ url, fetch })('eth_call')).rejects.toMatchObject({
      code: 'RPC_FAILED',
      rpcCode: 3,
      data: '0x1234',
    })
  })

  it('gives every call of a batch its own failure', async () => {
    const { fetch } = aFetch(() =>
      json([
        { id: 0, result: 1 },
        { id: 1, error: { code: -32_000, message: 'no' } },
      ]),
    )
    const rpc = createRpc({ url, fetch, patienceMs: 0 })
    const settled = await Promise.allSettled([rpc('a'), rpc('b'), rpc('c')])
    expect(settled.map((one) => one.status)).toEqual(['fulfilled', 'rejected', 'rejected'])
    expect(settled[2]).toMatchObject({ reason: { code: 'CHAIN_UNREACHABLE' } })
  })

  it('makes calls again while the node is away, and then says so without its key', async () => {
    let tries = 0
    const { fetch } = aFetch(() => (++tries < 4 ? gone() : json({ id: 0, result: 1 })))
    expect(await createRpc({ url, fetch, clock: aClock() })('a')).toBe(1)
    const away = createRpc({ url, fetch: aFetch(gone).fetch, clock: aClock() })
    await expect(away('a')).rejects.toMatchObject({
      code: 'CHAIN_UNREACHABLE',
      retryable: true,
      message: expect.not.stringContaining('secret-key'),
    })
  })

  it('never sends a transaction twice by itself', async () => {
    const { fetch, bodies } = aFetch(gone)
    const rpc = createRpc({ url, fetch, clock: aClock() })
    await expect(rpc('eth_sendRawTransaction', ['0x02'])).rejects.toThrow('does not answer')
    expect(bodies).toHaveLength(1)
  })

  it('calls an answer that is no JSON unreachable', async () => {
    const { fetch } = aFetch(() => new Response('<html>bad gateway', { status: 502 }))
    const rpc = createRpc({ url, fetch, patienceMs: 0 })
    await expect(rpc('a')).rejects.toMatchObject({
      code: 'CHAIN_UNREACHABLE',
      cause: { message: expect.stringContaining('502') },
    })
  })

  it('calls a node that says that it stops unreachable', async () => {
    const error = { code: NODE_STOPPING, message: 'in whatever words' }
    const { fetch } = aFetch(() => Response.json({ jsonrpc: '2.0', id: 0, error }))
    const rpc = createRpc({ url, fetch, patienceMs: 0 })
    await expect(rpc('a')).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE', retryable: true })
  })

  it('ends with its signal', async () => {
    const { fetch } = aFetch(() => new Promise<Response>(() => {}))
    const stopping = new AbortController()
    stopping.abort(new RangeError('enough'))
    await expect(createRpc({ url, fetch })('a', [], { signal: stopping.signal })).rejects.toThrow(
      'enough',
    )
  })
})
