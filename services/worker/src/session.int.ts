import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import { aDeal } from './testing/aDeal.ts'
import { endless, fakeRuntime } from './testing/fakeRuntime.ts'
import { type HonestPool, honestPool } from './testing/honestPool.ts'
import { type PoolServer, startPoolServer } from './testing/poolServer.ts'
import {
  aWorker,
  aWorld,
  type TestWorker,
  type TestWorkerOptions,
  type TestWorld,
  workerStarter,
} from './testing/testWorker.ts'

let world: TestWorld
let server: PoolServer
let pool: HonestPool
let workers: TestWorker[]

beforeEach(async () => {
  world = aWorld()
  server = await startPoolServer()
  pool = honestPool(server, world)
  workers = []
})
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop()))
  await server.close()
})
const start = (options?: TestWorkerOptions) => workerStarter(world, server, workers)(options)

describe('a session', () => {
  it('opens with what the worker offers', async () => {
    await start({ config: { slots: 3, memoryMiB: 512, diskMiB: 100 } })
    const { advertisement, executions } = await server.waitFor('advertise')
    expect(advertisement).toMatchObject({
      slots: 3,
      memoryMiB: 512,
      diskMiB: 100,
      layers: ['fake'],
    })
    expect(executions).toEqual([])
  })

  it('says in heartbeats what runs', async () => {
    const worker = await start()
    worker.runtime.behave = (_, signal) => endless(signal)
    const deal = await aDeal(world)
    await pool.give(deal, [worker.address])
    const beat = await server.waitFor('heartbeat', ({ running }) => running.length > 0)
    expect(beat).toMatchObject({ running: deal.taskIds, freeSlots: 1 })
  })

  it('opens again after the connection broke, and says what is held', async () => {
    const worker = await start()
    worker.runtime.behave = (_, signal) => endless(signal)
    const deal = await aDeal(world)
    await pool.give(deal, [worker.address])
    await server.waitFor('heartbeat', ({ running }) => running.length > 0)
    const again = server.nextSession(worker.address)
    server.cut(worker.address)
    await again
    const last = server.received.findLast(({ message }) => message.type === 'advertise')?.message
    expect(last).toMatchObject({ executions: deal.taskIds })
  })

  it('opens when the pool comes back on its old address', async () => {
    const worker = await start()
    const { port } = server
    await server.close()
    server = await startPoolServer({ port })
    pool = honestPool(server, world)
    await server.waitFor('advertise')
    const deal = await aDeal(world)
    await pool.give(deal, [worker.address])
    await pool.allSettled(deal.taskIds)
    expect(pool.faults).toEqual([])
  })

  it('gives its proof to no pool of another name or chain', async () => {
    const impostor = new WebSocketServer({ host: '127.0.0.1', port: 0, path: '/session' })
    await new Promise<void>((resolve) => impostor.once('listening', () => resolve()))
    const heard: string[] = []
    const twice = new Promise<void>((resolve) => {
      let sessions = 0
      impostor.on('connection', (socket) => {
        if (++sessions === 2) resolve()
        socket.on('message', (data) => {
          const { type } = JSON.parse(String(data)) as { type: string }
          heard.push(type)
          const challenge = `0x${'1'.repeat(64)}`
          const [pool2, work] = [`0x${'2'.repeat(40)}`, `0x${'3'.repeat(40)}`]
          socket.send(
            JSON.stringify({ type: 'challenge', challenge, pool: pool2, chainId: 1, work }),
          )
        })
      })
    })
    const { port } = impostor.address() as { port: number }
    workers.push(await aWorker(world, `http://127.0.0.1:${port}`, { key: 9 }))
    await twice
    expect(new Set(heard)).toEqual(new Set(['hello']))
    for (const socket of impostor.clients) socket.terminate()
    impostor.close()
  })
})

describe('a polite stop', () => {
  it('tells the pool, finishes what runs and ends', async () => {
    const worker = await start({ config: { shutdownSec: 5 } })
    let finish: () => void = () => {}
    const honest = fakeRuntime().behave
    worker.runtime.behave = async (request, signal) => {
      await new Promise<void>((resolve) => {
        finish = resolve
      })
      return honest(request, signal)
    }
    const deal = await aDeal(world)
    await pool.give(deal, [worker.address])
    await expect.poll(() => worker.runtime.ran.length).toBe(1)
    const stopped = worker.stop()
    await server.waitFor('leaving')
    finish()
    await stopped
    expect(pool.faults).toEqual([])
    expect([...pool.settled.keys()]).toEqual(deal.taskIds)
  })

  it('hands back what does not end in time', async () => {
    const worker = await start({ config: { slots: 1 } })
    worker.runtime.behave = (_, signal) => endless(signal)
    const deal = await aDeal(world, { tasks: [{ args: ['a'] }, { args: ['b'] }] })
    await pool.give(deal, [worker.address])
    await expect.poll(() => worker.runtime.ran.length).toBe(1)
    await worker.stop()
    const failed = server.received.flatMap(({ message }) =>
      message.type === 'failed' ? message.items : [],
    )
    expect(failed.map(({ taskId }) => taskId).sort()).toEqual([...deal.taskIds].sort())
    expect(new Set(failed.map(({ code }) => code))).toEqual(new Set(['WORKER_LEAVING']))
  })
})

describe('a task without a result', () => {
  it('is reported with the reason of the machine', async () => {
    const worker = await start()
    worker.runtime.behave = () =>
      Promise.resolve({ kind: 'failure', reason: 'timeout', message: 'longer than 10 s' })
    const deal = await aDeal(world)
    await pool.give(deal, [worker.address])
    const { items } = await server.waitFor('failed')
    expect(items).toEqual([
      { taskId: deal.taskIds[0], code: 'RUN_TIMEOUT', message: 'longer than 10 s' },
    ])
  })

  it('is reported when its deal is not on chain', async () => {
    const worker = await start()
    const deal = await aDeal(world)
    world.chain.deals.clear()
    await pool.give(deal, [worker.address])
    const { items } = await server.waitFor('failed')
    expect(items).toMatchObject([{ code: 'DEAL_UNUSABLE' }])
    expect(worker.runtime.ran).toEqual([])
  })

  it('is reported when its program is not what the manifest says', async () => {
    const runtime = fakeRuntime()
    runtime.prepare = () => Promise.reject(Object.assign(new Error('no'), { code: 'X' }))
    const worker = await start({ runtime })
    const deal = await aDeal(world)
    await pool.give(deal, [worker.address])
    expect((await server.waitFor('failed')).items).toMatchObject([{ code: 'INTERNAL' }])
  })

  it('stops running when the pool cancels it', async () => {
    const worker = await start()
    let stopped = false
    worker.runtime.behave = async (_, signal) => {
      const failure = await endless(signal)
      stopped = true
      return failure
    }
    const deal = await aDeal(world)
    await pool.give(deal, [worker.address])
    await expect.poll(() => worker.runtime.ran.length).toBe(1)
    server.send(worker.address, { type: 'cancel', tasks: deal.taskIds, reason: 'expired' })
    await expect.poll(() => stopped).toBe(true)
    await server.waitFor('heartbeat', ({ running }) => running.length === 0)
  })
})

describe('inputs', () => {
  it('reach the program below their paths, and its files the archive', async () => {
    const worker = await start()
    const bytes = new TextEncoder().encode('an input')
    const { cid } = await world.storage.put(bytes)
    const input = { path: 'dir/file', cid, sizeBytes: bytes.length }
    const deal = await aDeal(world, { common: { args: ['x'], inputs: [input] }, tasks: [{}, {}] })
    await pool.give(deal, [worker.address])
    await pool.allSettled(deal.taskIds)
    expect(pool.faults).toEqual([])
    expect(worker.runtime.ran[0]?.inputs).toMatchObject([{ path: 'dir/file' }])
  })

  it('that nobody has fail the task', async () => {
    const worker = await start()
    const cid = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'
    const deal = await aDeal(world, { tasks: [{ inputs: [{ path: 'f', cid, sizeBytes: 3 }] }] })
    await pool.give(deal, [worker.address])
    expect((await server.waitFor('failed')).items).toMatchObject([{ code: 'INPUT_UNAVAILABLE' }])
  })
})
