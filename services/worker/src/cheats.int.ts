import type { Address } from '@millrace/base'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Cheat } from './cheat.ts'
import { aDeal } from './testing/aDeal.ts'
import { copying, neverRevealing, vanishingAfterCommit, wrongDigest } from './testing/cheats.ts'
import { type HonestPool, honestPool } from './testing/honestPool.ts'
import { type PoolServer, startPoolServer } from './testing/poolServer.ts'
import { aWorld, type TestWorker, type TestWorld, workerStarter } from './testing/testWorker.ts'

describe('a cheating worker beside an honest one', () => {
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
  async function giveTo(cheat: Cheat, victim?: Cheat): Promise<Address> {
    const start = workerStarter(world, server, workers)
    const honest = await start({ key: 1, ...(victim && { cheat: victim }) })
    const liar = await start({ key: 2, cheat })
    // Works only when there is something to copy.
    const honestly = liar.runtime.behave
    liar.runtime.behave = async (request, signal) => {
      await server.waitFor('commitments', (_, from) => from === honest.address)
      return honestly(request, signal)
    }
    const deal = await aDeal(world)
    await pool.give(deal, [honest.address, liar.address])
    return liar.address
  }

  it('is told apart when its digest is wrong', async () => {
    await giveTo(wrongDigest())
    const tags = async (index: 0 | 1) =>
      (await server.waitFor('tags', (_, from) => from === workers[index]?.address)).items[0]?.tag
    expect(await tags(0)).not.toBe(await tags(1))
  })

  it('is not heard of again when it vanishes after its commitment', async () => {
    const liar = await giveTo(vanishingAfterCommit())
    await server.waitFor('tags', (_, from) => from !== liar)
    const said = server.received.filter(({ worker }) => worker === liar)
    expect(said.at(-1)?.message.type).toBe('commitments')
  })

  it('leaves its batch unrevealed when it keeps its seed', async () => {
    const liar = await giveTo(neverRevealing())
    await server.waitFor('published', (_, from) => from !== liar)
    const revealed = server.received.filter(({ message }) => message.type === 'reveal')
    expect(revealed.map(({ worker }) => worker)).not.toContain(liar)
  })

  it('cannot reveal what it has copied', async () => {
    const { victim, copycat } = copying()
    const liar = await giveTo(copycat, victim)
    await server.waitFor('reveal', (_, from) => from === liar)
    await expect
      .poll(() => pool.faults)
      .toContain(`${liar} revealed another digest than it committed to`)
  })
})
