import {
  address,
  type Hex,
  type ResultDigest,
  randomHex32,
  seconds,
  silentLogger,
  systemClock,
  systemRandom,
} from '@millrace/base'
import {
  commitJurySecret,
  drawAppealJury,
  readAccount,
  readAppeal,
  readDelivery,
  revealJurySecret,
  waitForSuccess,
} from '@millrace/chain'
import { hashDeal, juryIdOf } from '@millrace/protocol'
import { memoryBlobStore } from '@millrace/storage/client'
import {
  type AppealedTask,
  createTestCourt,
  createTestMarket,
  startTestChain,
  type TestChain,
  type TestCourt,
  type TestMarket,
} from '@millrace/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runCourier } from './courier.ts'
import { deliverTask } from './deliverTask.ts'
import { aTradingClient } from './testing/tradingClient.ts'

// Appeals to their end on a real chain that has no prevrandao: the chance of a jury is made of the secrets of seats.

const PHASE_SEC = 20
const TRUTH = `0x${'7e'.repeat(32)}` as ResultDigest
/** A contract that takes every call. */
const TAKES_ALL: Hex = '0x600a600c600039600a6000f3600160005260206000f3'

let aheadMs = 0
const clock = { ...systemClock, nowMs: () => systemClock.nowMs() + aheadMs }
let chain: TestChain
let market: TestMarket
let court: TestCourt

beforeAll(async () => {
  chain = await startTestChain({ clock, chance: { from: 'secrets', phaseSec: seconds(PHASE_SEC) } })
  market = await createTestMarket(chain, { nowSec: Math.floor(Date.now() / 1000) })
  const turnClock = (sec: number) => {
    aheadMs += sec * 1000
  }
  court = await createTestCourt(chain, market, { turnClock })
})
afterAll(() => chain.stop())

/** Two seats commit to secrets and reveal them. */
async function makeChance({ taskId }: AppealedTask): Promise<void> {
  const juryId = juryIdOf(taskId, 0)
  const secrets = court.jurors
    .slice(0, 2)
    .map((juror) => ({ juror, secret: randomHex32(systemRandom) }))
  for (const { juror, secret } of secrets)
    await waitForSuccess(juror, await commitJurySecret(juror, { juryId, secret }))
  await court.pass(PHASE_SEC + 1)
  for (const { juror, secret } of secrets)
    await waitForSuccess(juror, await revealJurySecret(juror, { juryId, secret }))
  await court.pass(PHASE_SEC + 1)
}

it('runs to its verdict on chance made of secrets, and pays', async () => {
  const { requester } = market
  const task = await court.appeal()
  const { taskId } = task
  const before = await readAccount(chain.read, requester.address)
  await expect(drawAppealJury(requester, { taskId })).rejects.toMatchObject({
    code: 'CHANCE_MISSING',
  })
  await makeChance(task)
  const drawn = await court.draw(taskId)
  expect(drawn).toHaveLength(3)
  await court.decide(taskId, drawn, TRUTH)
  expect(await readAppeal(chain.read, taskId)).toMatchObject({ status: 'decided', verdict: TRUTH })
  await court.close(task)
  expect((await readAppeal(chain.read, taskId)).status).toBe('closed')
  const after = await readAccount(chain.read, requester.address)
  // Its bond is free again, and what the pool had at stake for the task is its own.
  expect(after.locked).toBeLessThan(before.locked)
  expect(after.free - before.free).toBeGreaterThan(before.locked - after.locked)
})

it('a contract hears nothing of a result at issue, and of one that fell that it failed, once', async () => {
  const { requester } = market
  const intent = { to: undefined, data: TAKES_ALL, value: 0n, label: 'deploy' }
  const made = await waitForSuccess(requester, await requester.send(intent))
  const callback = address(made.contractAddress ?? '')
  const task = await court.appeal({ callback, callbackGas: 100_000 })
  const { terms, request, block } = task
  const dealId = hashDeal(terms)
  const client = aTradingClient(chain, memoryBlobStore(), requester)
  const deliver = () =>
    deliverTask(client, { dealId, terms, block, txHash: made.txHash }, 0, { request })

  expect(await deliver()).toEqual({ outcome: 'nothing' })
  await makeChance(task)
  await court.decide(task.taskId, await court.draw(task.taskId), TRUTH)
  expect(await deliver()).toEqual({ outcome: 'nothing' })
  await court.close(task)
  expect(await deliver()).toMatchObject({
    outcome: 'failure',
    sent: { kind: 'failure', isCalled: true },
  })
  expect(await deliver()).toEqual({ outcome: 'delivered' })
})

it('a courier tells a contract of a result that fell, as soon as the appeal is over', async () => {
  const { requester } = market
  const intent = { to: undefined, data: TAKES_ALL, value: 0n, label: 'deploy' }
  const made = await waitForSuccess(requester, await requester.send(intent))
  const callback = address(made.contractAddress ?? '')
  const task = await court.appeal({ callback, callbackGas: 100_000 })
  const key = { dealId: hashDeal(task.terms), index: 0 }
  const stop = new AbortController()
  let looked = 0
  const journal = { load: () => 0, save: () => void looked++ }
  const courier = aTradingClient(chain, memoryBlobStore(), await chain.account())
  const options = { journal, pollMs: 20, log: silentLogger, signal: stop.signal }
  const end = runCourier(courier, options)
  await until(() => Promise.resolve(looked > 0))
  expect(await readDelivery(chain.read, key)).toEqual({ isDelivered: false, pending: undefined })
  await makeChance(task)
  await court.decide(task.taskId, await court.draw(task.taskId), TRUTH)
  await court.close(task)
  await until(async () => (await readDelivery(chain.read, key)).isDelivered)
  stop.abort()
  await end
})

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await systemClock.sleep(20)
}
