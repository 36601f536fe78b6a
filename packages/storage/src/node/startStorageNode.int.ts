import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { silentLogger } from '@millrace/base'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sha256 } from '#sha256'
import { cidFrom, cidOf, DAG_PB, LEAF_BYTES, rawCid } from '../contentId.ts'
import { decodeCar, encodeCar } from '../dag/carFile.ts'
import { patternOf } from '../testBytes.ts'
import { type StorageNode, type StorageNodeOptions, startStorageNode } from './startStorageNode.ts'

let dir: string
let stops: AbortController[]
let nodes: StorageNode[]

beforeEach(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'millrace-node-'))
  stops = []
  nodes = []
})
afterEach(async () => {
  for (const stop of stops) stop.abort()
  for (const node of nodes) await node.closed
  await rm(dir, { recursive: true })
})

const start = async (options: Partial<StorageNodeOptions> = {}): Promise<StorageNode> => {
  const stop = new AbortController()
  stops.push(stop)
  const defaults = { dir, quotaBytes: 1e9, host: '127.0.0.1', port: 0 }
  const node = await startStorageNode(
    { ...defaults, ...options },
    { signal: stop.signal, log: silentLogger },
  )
  nodes.push(node)
  return node
}

const BLOB = 'application/octet-stream'
const CAR = 'application/vnd.ipld.car'
const post = (url: string, body: Uint8Array, type = BLOB): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    body: body as Uint8Array<ArrayBuffer>,
    headers: { 'content-type': type },
  })
const bytesOf = async (response: Response): Promise<Uint8Array> =>
  new Uint8Array(await response.arrayBuffer())

/** A request whose path no client library has tidied up. */
const rawGet = (url: string, target: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    httpRequest({ hostname, port, path: target }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end()
  })

describe('gateway', () => {
  const content = patternOf(2 * LEAF_BYTES + 100)

  test('gives a blob as bytes, as blocks and as a CAR file', async () => {
    const { url, store } = await start()
    const { cid } = await store.put(content)
    const file = await fetch(`${url}/ipfs/${cid}`)
    expect(file.headers.get('content-length')).toBe(String(content.length))
    expect(file.headers.get('content-type')).toBe(BLOB)
    expect(Buffer.compare(await bytesOf(file), content)).toBe(0)
    const root = await fetch(`${url}/ipfs/${cid}?format=raw`)
    expect(root.headers.get('content-type')).toBe('application/vnd.ipld.raw')
    expect(cidFrom(DAG_PB, sha256(await bytesOf(root))).toString()).toBe(cid)
    const car = await fetch(`${url}/ipfs/${cid}`, { headers: { accept: CAR } })
    expect(car.headers.get('content-type')).toMatch(CAR)
    const { roots, blocks } = decodeCar(await bytesOf(car))
    expect([roots.map(String), blocks.length]).toEqual([[cid], 4])
    const only = await fetch(`${url}/ipfs/${cid}?format=car&dag-scope=block`)
    expect(decodeCar(await bytesOf(only)).blocks).toHaveLength(1)
  })

  test('gives parts of a blob', async () => {
    const { url, store } = await start()
    const { cid } = await store.put(content)
    const ask = (range: string) => fetch(`${url}/ipfs/${cid}`, { headers: { range } })
    const middle = await ask(`bytes=${LEAF_BYTES - 5}-${LEAF_BYTES + 4}`)
    expect(middle.status).toBe(206)
    expect(middle.headers.get('content-range')).toBe(
      `bytes ${LEAF_BYTES - 5}-${LEAF_BYTES + 4}/${content.length}`,
    )
    expect([...(await bytesOf(middle))]).toEqual([
      ...content.subarray(LEAF_BYTES - 5, LEAF_BYTES + 5),
    ])
    expect([...(await bytesOf(await ask('bytes=-3')))]).toEqual([...content.subarray(-3)])
    expect((await ask(`bytes=${content.length}-`)).status).toBe(416)
  })

  test('answers HEAD without a body, and knows when a client has it already', async () => {
    const { url, store } = await start()
    const { cid } = await store.put(content)
    const head = await fetch(`${url}/ipfs/${cid}`, { method: 'HEAD' })
    expect(head.headers.get('content-length')).toBe(String(content.length))
    expect(await bytesOf(head)).toHaveLength(0)
    const etag = head.headers.get('etag') ?? ''
    const again = await fetch(`${url}/ipfs/${cid}`, { headers: { 'if-none-match': etag } })
    expect(again.status).toBe(304)
    expect(head.headers.get('cache-control')).toMatch('immutable')
  })

  test('gives an empty blob', async () => {
    const { url, store } = await start()
    const { cid } = await store.put(new Uint8Array())
    expect(await bytesOf(await fetch(`${url}/ipfs/${cid}`))).toHaveLength(0)
    expect(await bytesOf(await fetch(`${url}/ipfs/${cid}?format=raw`))).toHaveLength(0)
  })

  test('answers 404 for what it does not store and fetches nothing', async () => {
    const { url } = await start()
    for (const format of ['', '?format=raw', '?format=car']) {
      const response = await fetch(`${url}/ipfs/${cidOf(patternOf(5))}${format}`)
      expect(response.status).toBe(404)
      expect(response.headers.get('etag')).toBeNull()
      expect(await response.json()).toMatchObject({ code: 'BLOB_NOT_FOUND' })
    }
  })

  test('never serves damaged bytes as good', async () => {
    const { url, store } = await start()
    const { cid } = await store.put(content)
    const file = path.join(dir, 'files', cid.slice(-2), cid)
    const damaged = await readFile(file)
    damaged[LEAF_BYTES + 1] = (damaged[LEAF_BYTES + 1] ?? 0) ^ 1
    await writeFile(file, damaged)
    await expect(fetch(`${url}/ipfs/${cid}`).then(bytesOf)).rejects.toThrow()
    await expect(fetch(`${url}/ipfs/${cid}?format=car`).then(bytesOf)).rejects.toThrow()
    const leaf = cidOf(content.subarray(LEAF_BYTES, 2 * LEAF_BYTES))
    const response = await fetch(`${url}/ipfs/${leaf}?format=raw`)
    expect(response.status).toBe(500)
    expect(await response.json()).toMatchObject({ code: 'BLOB_CORRUPT' })
  })

  test.each([
    '/ipfs/../index.sqlite',
    '/ipfs/..%2f..%2fetc%2fpasswd',
    '/ipfs/%2e%2e/index.sqlite',
    '/ipfs/',
    '//etc/passwd',
    '/ipfs/%00',
    '/ipfs/%',
    '/',
    '*',
    'http://elsewhere/ipfs/x',
  ])('refuses the path %s', async (target) => {
    const { url } = await start()
    expect(await rawGet(url, target)).toBe(400)
  })

  test('refuses unknown formats and paths below a blob', async () => {
    const { url, store } = await start()
    const { cid } = await store.put(patternOf(5))
    expect((await fetch(`${url}/ipfs/${cid}?format=tar`)).status).toBe(400)
    expect((await fetch(`${url}/ipfs/${cid}/name`)).status).toBe(400)
    expect((await fetch(`${url}/ipfs/${cid}`, { method: 'DELETE' })).status).toBe(400)
  })

  test('says how it is', async () => {
    const { url, store } = await start()
    await store.put(patternOf(5))
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({
      ok: true,
      blobs: 1,
      usedBytes: 5,
      quotaBytes: 1e9,
    })
  })
})

describe('uploads', () => {
  test('take a blob of any size as a stream', async () => {
    const { url, store } = await start()
    const response = await post(`${url}/blobs`, patternOf(3 * LEAF_BYTES))
    expect(response.status).toBe(201)
    const { cid, sizeBytes } = (await response.json()) as { cid: string; sizeBytes: number }
    expect([await store.has(cid), sizeBytes]).toEqual([true, 3 * LEAF_BYTES])
  })

  test('take a CAR file of small blobs and of whole DAGs', async () => {
    const { url, store } = await start()
    const node = Buffer.from('0a120802120c68656c6c6f20776f726c640a180c', 'hex')
    const blocks = [
      { cid: rawCid(patternOf(10)), bytes: patternOf(10) },
      { cid: cidFrom(DAG_PB, sha256(node)), bytes: node },
      { cid: rawCid(patternOf(70_000)), bytes: patternOf(70_000) },
    ]
    const response = await post(`${url}/car`, encodeCar(blocks), CAR)
    expect(await response.json()).toEqual({ roots: blocks.map(({ cid }) => cid.toString()) })
    for (const { cid } of blocks) expect(await store.has(cid.toString())).toBe(true)
  })

  test('refuse a CAR file with a lie, with a hole, or that is none', async () => {
    const { url, store } = await start()
    const lie = encodeCar([{ cid: rawCid(patternOf(10)), bytes: patternOf(11) }])
    const whole = await store.put(patternOf(LEAF_BYTES + 1))
    const root = await store.getBlock(whole.cid)
    const hole = encodeCar([{ cid: cidFrom(DAG_PB, sha256(root)), bytes: root }])
    for (const body of [lie, hole, patternOf(100), new Uint8Array()]) {
      const response = await post(`${url}/car`, body, CAR)
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({ code: 'INVALID_INPUT' })
    }
    expect(await store.has(cidOf(patternOf(11)))).toBe(false)
  })

  test('over a limit or a quota are refused with what is allowed', async () => {
    const { url } = await start({ maxBlobBytes: 1000, clientQuotaBytes: 1200, maxCarBytes: 500 })
    const large = await post(`${url}/blobs`, patternOf(1001))
    expect([large.status, await large.json()]).toMatchObject([
      413,
      { code: 'BLOB_TOO_LARGE', meta: { maxBytes: 1000, sizeBytes: 1001 } },
    ])
    const car = encodeCar([{ cid: rawCid(patternOf(600)), bytes: patternOf(600) }])
    expect((await post(`${url}/car`, car, CAR)).status).toBe(413)
    await post(`${url}/blobs`, patternOf(900))
    const more = await post(`${url}/blobs`, patternOf(901))
    expect([more.status, await more.json()]).toMatchObject([
      413,
      { code: 'QUOTA_EXCEEDED', meta: { scope: 'client', usedBytes: 900 } },
    ])
  })

  test('are refused with 507 when the node is full', async () => {
    const { url } = await start({ quotaBytes: 1000 })
    const response = await post(`${url}/blobs`, patternOf(1001))
    expect([response.status, await response.json()]).toMatchObject([
      507,
      { code: 'QUOTA_EXCEEDED', meta: { scope: 'store' } },
    ])
  })

  test('of a stream without a length stop at the limit', async () => {
    const { url } = await start({ maxBlobBytes: 1_000_000 })
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(patternOf(100_000)),
    })
    const init = { method: 'POST', body, duplex: 'half', headers: { 'content-type': BLOB } }
    const answer = fetch(`${url}/blobs`, init as RequestInit).then((response) => response.status)
    // The node answers 413 and hangs up; which of the two the client sees first is up to it.
    expect(await answer.catch(() => 413)).toBe(413)
    await expect.poll(() => readdir(path.join(dir, 'tmp'))).toEqual([])
  })

  test('of a client that leaves keep nothing', async () => {
    const { url, store } = await start()
    const leave = new AbortController()
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(patternOf(200_000)),
    })
    const init = { method: 'POST', body, duplex: 'half', signal: leave.signal }
    const upload = fetch(`${url}/blobs`, {
      ...init,
      headers: { 'content-type': BLOB },
    } as RequestInit)
    await expect.poll(() => readdir(path.join(dir, 'tmp'))).toHaveLength(1)
    leave.abort()
    await expect(upload).rejects.toThrow()
    await expect.poll(() => readdir(path.join(dir, 'tmp'))).toEqual([])
    expect(store.stat()).toMatchObject({ blobs: 0, usedBytes: 0 })
  })

  test('of a type that any web page may send are refused', async () => {
    const { url } = await start()
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', CAR]) {
      const response = await post(`${url}/blobs`, patternOf(5), type)
      expect(response.status).toBe(400)
    }
  })
})

test('asks a client that asks too often to wait', async () => {
  const { url } = await start({ requestsPerSec: 1 })
  const answers = await Promise.all(Array.from({ length: 8 }, () => fetch(`${url}/healthz`)))
  const busy = answers.filter(({ status }) => status === 429)
  expect(busy.length).toBeGreaterThan(0)
  expect(busy[0]?.headers.get('retry-after')).toBe('1')
})

test('names the port that is taken', async () => {
  const { url } = await start()
  const port = Number(new URL(url).port)
  const second = start({ port, dir: path.join(dir, 'second') })
  await expect(second).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringContaining(`127.0.0.1:${port}`),
  })
})
