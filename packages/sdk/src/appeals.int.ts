import { type Hex32, randomHex32, seconds, systemClock, systemRandom, wei } from '@millrace/base'
import {
  bond,
  commitJurySecret,
  commitJuryVote,
  dealsOfReceipt,
  decideAppeal,
  drawAppealJury,
  endAppeal,
  matchOrders,
  openAppeal,
  readAccount,
  readAppeal,
  readJuries,
  revealJurySecret,
  revealJuryVote,
  setParameter,
  takeSeat,
  transferGas,
  type WriteClient,
  waitForSuccess,
} from '@millrace/chain'
import { hashTask, juryBallot, juryIdOf } from '@millrace/protocol'
import {
  createTestMarket,
  startTestChain,
  type TestChain,
  type TestMarket,
} from '@millrace/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { proveSettlement } from './proveSettlement.ts'

// An appeal to its end on a real chain that has no prevrandao: the chance of its jury is made of the secrets of seats.

const STEP_SEC = 60
const PHASE_SEC = 20
const TRUTH = `0x${'7e'.repeat(32)}` as never
const SALT = `0x${'5a'.repeat(32)}` as Hex32
const BOND = wei(10n * 10n ** 18n)

const done = async (client: WriteClient, sent: Promise<Hex32>) =>
  waitForSuccess(client, (await sent) as never)

let aheadMs = 0
const clock = { ...systemClock, nowMs: () => systemClock.nowMs() + aheadMs }
/** A block brings the chain's own idea of the time with it. */
const pass = async (sec: number) => {
  aheadMs += sec * 1000
  const { faucet } = chain
  await done(faucet, transferGas(faucet, { to: faucet.address, amount: wei(1n) }))
}

let chain: TestChain
let market: TestMarket
let jurors: WriteClient[]

beforeAll(async () => {
  chain = await startTestChain({
    clock,
    chance: { from: 'secrets', phaseSec: seconds(PHASE_SEC) },
  })
  market = await createTestMarket(chain, { nowSec: Math.floor(Date.now() / 1000) })
  const step = { name: 'appealStepSec', value: BigInt(STEP_SEC) } as const
  await waitForSuccess(chain.faucet, await setParameter(chain.faucet, step))
  jurors = await Promise.all([1, 2, 3, 4, 5].map(() => chain.account()))
  await Promise.all(
    jurors.map(async (juror) => {
      await waitForSuccess(juror, await bond(juror, { amount: BOND }))
      await waitForSuccess(juror, await takeSeat(juror, {}))
    }),
  )
  await pass(1)
})
afterAll(() => chain.stop())

/** A task that settled on the pool's word, as everybody sees it. */
async function settleOne() {
  const { requester, pool } = market
  const request = market.requestOrder({ volume: 1n, maturitySec: seconds(7200) })
  const matched = await matchOrders(requester, {
    app: await market.sign('app', market.appOrder()),
    pool: await market.sign('pool', market.poolOrder()),
    request: await market.sign('request', request),
  })
  const receipt = await waitForSuccess(requester, matched)
  const [deal] = dealsOfReceipt(receipt)
  if (deal === undefined) throw new RangeError('no deal was opened')
  const block = receipt.blockNumber
  await market.settle({ ...deal, blockNumber: block }, [0])
  const proven = await proveSettlement({ chain: chain.read }, { ...deal, block }, 0)
  if (proven === undefined) throw new RangeError(`pool ${pool} has settled nothing`)
  const { nonce, facts, votes, place } = proven.settlement
  const inclusion = { ...place, position: BigInt(place.position), count: BigInt(place.count) }
  const claim = { index: 0, digest: proven.digest, votes, nonce, facts, inclusion }
  return { terms: deal.terms, request, claim, taskId: hashTask(deal.dealId, 0) }
}

it('runs to its verdict on chance made of secrets, and pays', async () => {
  const { requester } = market
  const { terms, request, claim, taskId } = await settleOne()
  await done(requester, openAppeal(requester, { terms, request, claim, voters: [] }))
  const before = await readAccount(chain.read, requester.address)
  const juryId = juryIdOf(taskId, 0)

  const secrets = jurors.slice(0, 2).map((juror) => ({ juror, secret: randomHex32(systemRandom) }))
  for (const { juror, secret } of secrets)
    await done(juror, commitJurySecret(juror, { juryId, secret }))
  await expect(drawAppealJury(requester, { taskId })).rejects.toMatchObject({
    code: 'CHANCE_MISSING',
  })
  await pass(PHASE_SEC + 1)
  for (const { juror, secret } of secrets)
    await done(juror, revealJurySecret(juror, { juryId, secret }))
  await pass(PHASE_SEC + 1)
  await done(requester, drawAppealJury(requester, { taskId }))

  const [jury] = await readJuries(chain.read, taskId)
  const drawn = jurors.filter(({ address }) => jury?.seats.includes(address))
  expect(drawn).toHaveLength(3)
  for (const juror of drawn) {
    const ballot = { juryId, juror: juror.address, digest: TRUTH, salt: SALT }
    await done(juror, commitJuryVote(juror, { taskId, commitment: juryBallot(ballot) }))
  }
  await pass(2 * STEP_SEC + 1)
  for (const juror of drawn)
    await done(juror, revealJuryVote(juror, { taskId, digest: TRUTH, salt: SALT }))
  await pass(STEP_SEC + 1)
  await done(requester, decideAppeal(requester, { taskId }))
  expect(await readAppeal(chain.read, taskId)).toMatchObject({ status: 'decided', verdict: TRUTH })
  await pass(2 * STEP_SEC + 1)
  await done(requester, endAppeal(requester, { taskId, terms }))
  expect((await readAppeal(chain.read, taskId)).status).toBe('closed')
  const after = await readAccount(chain.read, requester.address)
  // Its bond is free again, and what the pool had at stake for the task is its own.
  expect(after.locked).toBeLessThan(before.locked)
  expect(after.free - before.free).toBeGreaterThan(before.locked - after.locked)
})
