import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { silentLogger } from '@millrace/base'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { cidOf, LEAF_BYTES } from '../contentId.ts'
import { type StorageNode, startStorageNode } from '../node/startStorageNode.ts'
import { collect, inPieces, patternOf } from '../testBytes.ts'
import { httpBlobStore } from './httpBlobStore.ts'

let dir: string
let stop: AbortController
let node: StorageNode
let servers: Server[]

const startNode = async (options: { port?: number; quotaBytes?: number } = {}): Promise<void> => {
  stop = new AbortController()
  node = await startStorageNode(
    { dir, host: '127.0.0.1', port: 0, quotaBytes: 1e9, ...options },
    { signal: stop.signal, log: silentLogger },
  )
}
const stopNode = async (): Promise<void> => {
  stop.abort()
  await node.closed
}
/** A server that is no honest storage node. */
const serve = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

beforeEach(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'millrace-http-'))
  servers = []
  await startNode()
})
afterEach(async () => {
  await stopNode()
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
  await rm(dir, { recursive: true })
})

const small = patternOf(1000)
const large = patternOf(4 * LEAF_BYTES + 3)

describe('a node that goes away', () => {
  test('and comes back costs a pause, in the middle of reading and of writing', async () => {
    const { port } = new URL(node.url)
    const store = httpBlobStore({ url: node.url, readAhead: 0 })
    const { cid } = await store.put(large)
    const reading = store.read(cid)[Symbol.asyncIterator]()
    const first = (await reading.next()).value
    await stopNode()
    const rest = collect({ [Symbol.asyncIterator]: () => reading })
    const writing = Promise.all([store.put(small), store.putMany([small, patternOf(5)])])
    await startNode({ port: Number(port) })
    const whole = Buffer.concat([first, await rest])
    expect(Buffer.compare(whole, large)).toBe(0)
    expect(await writing).toEqual([
      { cid: cidOf(small), sizeBytes: 1000 },
      [cidOf(small), cidOf(patternOf(5))],
    ])
  })

  test('for good is said after the asked tries', async () => {
    const store = httpBlobStore({ url: node.url, attempts: 2 })
    await stopNode()
    const away = { code: 'STORAGE_UNAVAILABLE', retryable: true }
    await expect(store.put(small)).rejects.toMatchObject(away)
    await expect(store.put(large)).rejects.toMatchObject(away)
    await expect(store.put(inPieces(large))).rejects.toMatchObject(away)
    await expect(store.putMany([small])).rejects.toMatchObject(away)
    await expect(store.has(cidOf(small))).rejects.toMatchObject(away)
    await expect(store.getBytes(cidOf(small), { maxBytes: 9 })).rejects.toMatchObject(away)
  })

  test('or never answers is left after the time limit', async () => {
    const url = await serve(() => {})
    const store = httpBlobStore({ url, attempts: 1, timeoutMs: 40 })
    const late = { code: 'STORAGE_UNAVAILABLE', message: expect.stringContaining('too long') }
    await expect(store.getBlock(cidOf(small))).rejects.toMatchObject(late)
    await expect(store.put(inPieces(large))).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  })

  test('in the middle of every second answer costs only that block', async () => {
    const { cid } = await node.store.put(large)
    let count = 0
    const url = await serve(async (request, response) => {
      const answer = await fetch(node.url + request.url)
      const body = Buffer.from(await answer.arrayBuffer())
      response.writeHead(answer.status, { 'content-length': body.length })
      if (count++ % 2 === 1) return void response.end(body)
      response.write(body.subarray(0, body.length / 2), () => response.destroy())
    })
    const bytes = await collect(httpBlobStore({ url }).read(cid))
    expect(Buffer.compare(bytes, large)).toBe(0)
  })
})

describe('a node that lies', () => {
  test('about bytes is found out', async () => {
    const url = await serve((_, response) => response.end(patternOf(999)))
    const store = httpBlobStore({ url })
    const corrupt = { code: 'BLOB_CORRUPT', meta: { where: url } }
    await expect(store.getBlock(cidOf(small))).rejects.toMatchObject(corrupt)
    await expect(collect(store.read(cidOf(small)))).rejects.toMatchObject(corrupt)
  })

  test('about what it stored is found out', async () => {
    const url = await serve((request, response) => {
      request.resume()
      const cid = cidOf(patternOf(1))
      request.on('end', () => response.end(JSON.stringify({ cid, roots: [cid] })))
    })
    const store = httpBlobStore({ url, attempts: 1 })
    const corrupt = { code: 'BLOB_CORRUPT' }
    await expect(store.put(small)).rejects.toMatchObject(corrupt)
    await expect(store.put(inPieces(large))).rejects.toMatchObject(corrupt)
    await expect(store.putMany([small])).rejects.toMatchObject(corrupt)
  })

  test('about a size is not read to the end', async () => {
    const endless: RequestListener = (_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(small));
      }
      response.on('drain', more)
      more()
    }
    const store = httpBlobStore({ url: await serve(endless) })
    const tooLarge = { code: 'BLOB_TOO_LARGE' }
    await expect(store.getBlock(cidOf(small))).rejects.toMatchObject(tooLarge)
    const claims = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 1e12 })
      response.write(small)
    })
    const reading = httpBlobStore({ url: claims }).getBytes(cidOf(small), { maxBytes: 1000 })
    await expect(reading).rejects.toMatchObject(tooLarge)
  })

  test('by sending us elsewhere is not followed', async () => {
    const url = await serve((_, response) => {
      response.writeHead(302, { location: `${node.url}/healthz` }).end()
    })
    const store = httpBlobStore({ url, attempts: 1 })
    await expect(store.getBlock(cidOf(small))).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
    })
  })
})

describe('a node that refuses', () => {
  test('for its quota is quoted, whichever way the bytes came', async () => {
    await stopNode()
    await startNode({ quotaBytes: 2 * LEAF_BYTES })
    const store = httpBlobStore({ url: node.url })
    const full = { code: 'QUOTA_EXCEEDED', scope: 'store', retryable: false }
    await store.put(patternOf(LEAF_BYTES))
    await store.put(patternOf(LEAF_BYTES - 1))
    await expect(store.put(small)).rejects.toMatchObject(full)
    await expect(store.putMany([small])).rejects.toMatchObject(full)
    await expect(store.put(inPieces(large))).rejects.toMatchObject(full)
  })

  test('with a status of its own is understood', async () => {
    const statuses = [429, 404, 418]
    const url = await serve((_, response) => response.writeHead(statuses.shift() ?? 500).end('no'))
    const store = httpBlobStore({ url, attempts: 1 })
    const codes = ['STORAGE_BUSY', 'BLOB_NOT_FOUND', 'HTTP_418', 'STORAGE_UNAVAILABLE']
    for (const code of codes)
      await expect(store.getBlock(cidOf(small))).rejects.toMatchObject({ code })
  })
})

test('sends more small blobs than fit one file', async () => {
  const store = httpBlobStore({ url: node.url })
  const blobs = Array.from({ length: 5000 }, (_, n) => new TextEncoder().encode(`blob ${n}`))
  const cids = await store.putMany(blobs)
  expect(cids).toEqual(blobs.map(cidOf))
  expect(node.store.stat().blobs).toBe(5000)
})

test.each(['', 'storage', 'ftp://127.0.0.1', '/ipfs'])('refuses the URL %j', (url) => {
  expect(() => httpBlobStore({ url })).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
})
