import { type ChainEventArgs, readEvents, readParameters, readStanding } from '@millrace/chain'
import { neverRevealing } from '@millrace/worker/testing'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { buyBag, followBag, untilConnected } from './chaos/bag.ts'
import { type ExtraWorker, startCheatingWorker } from './chaos/cheatingWorker.ts'
import { checkMoneyConserved } from './chaos/checkPaidOnce.ts'
import { type CloudUnderTest, startCloudUnderTest } from './chaos/cloudUnderTest.ts'

// The pool hears nothing of two workers that have sealed: one looks after itself, one is gone for good.

let cloud: CloudUnderTest
const silent: ExtraWorker[] = []
beforeAll(async () => {
  // The reveal window is then 30 s.
  cloud = await startCloudUnderTest({ flags: ['--settle-window', '1m'] })
})
afterEach(() => Promise.all(silent.map((worker) => worker.stop())))
afterAll(() => cloud.stop())

async function join(settings: { tokenGasValue: number; guardSec: number }): Promise<ExtraWorker> {
  const worker = await startCheatingWorker(cloud, neverRevealing(), settings)
  silent.push(worker)
  await untilConnected(cloud, worker.address)
  return worker
}

it('slashes the worker that vanished after its seal; who was ignored reveals on chain and is paid', async () => {
  const ignored = await join({ tokenGasValue: 1, guardSec: 1 })
  const vanished = await join({ tokenGasValue: 0, guardSec: 1 })
  const bag = await buyBag(cloud, { tasks: 200 })
  const report = JSON.parse((await followBag(cloud, bag)).stdout) as { settled: number }
  expect(report.settled).toBeGreaterThan(0)

  const chain = cloud.chain()
  const { pool } = cloud.facts()
  const named = (event: 'WorkerAbsent' | 'WorkerSettled', worker: string) =>
    readEvents(chain, {
      contract: 'work',
      name: event,
      where: { pool, worker } as never,
      fromBlock: 0,
    })
  const { slashBps } = await readParameters(chain)
  const slashed = (vanished.bond * BigInt(slashBps)) / 10_000n
  const absences = await named('WorkerAbsent', vanished.address)
  const { bond, faults, bannedUntil } = await readStanding(chain, vanished.address)
  expect(absences.length).toBeGreaterThan(0)
  expect(faults).toBe(absences.length)
  expect(bond).toBeLessThanOrEqual(vanished.bond - slashed)
  expect(bannedUntil).toBeGreaterThan(Date.now() / 1000)

  const forced = await readEvents(chain, {
    contract: 'reveals',
    name: 'RevealForced',
    where: { pool },
    fromBlock: 0,
  })
  // Honest workers whose batch has not settled in time protect themselves too.
  const revealed = forced.map(({ args }) => args.worker)
  expect(revealed).toContain(ignored.address)
  expect(revealed).not.toContain(vanished.address)
  expect(forced.every(({ args }) => args.isCounted)).toBe(true)
  const earned = (await named('WorkerSettled', ignored.address)).reduce(
    (sum, { args }) => sum + (args as ChainEventArgs['WorkerSettled']).reward,
    0n,
  )
  expect(earned).toBeGreaterThan(0n)
  expect(await readStanding(chain, ignored.address)).toMatchObject({
    bond: ignored.bond,
    faults: 0,
  })
  await checkMoneyConserved(
    cloud,
    silent.map(({ address }) => address),
  )
})
