import { type Address, type Hex32, type ResultDigest, type TaskId, wei } from '@millrace/base'
import {
  bond,
  commitJuryVote,
  dealsOfReceipt,
  decideAppeal,
  drawAppealJury,
  endAppeal,
  matchOrders,
  openAppeal,
  readBatchFacts,
  readChanceBlock,
  readEvents,
  readJuries,
  revealJuryVote,
  setParameter,
  showHeader,
  takeSeat,
  transferGas,
  type WriteClient,
  waitForSuccess,
} from '@millrace/chain'
import {
  type DealTerms,
  decodeResults,
  hashTask,
  juryBallot,
  juryIdOf,
  type RequestOrder,
} from '@millrace/protocol'
import type { PreparedChain } from './localChain.ts'
import type { TestMarket } from './testMarket.ts'

/** A task that settled on the pool's word and was appealed by its requester. */
export type AppealedTask = {
  taskId: TaskId
  terms: DealTerms
  request: RequestOrder
  block: number
}

/** Jurors on a test chain, and what is done with them. */
export type TestCourt = {
  jurors: WriteClient[]
  /** Settles a task of a fresh deal and appeals it. */
  appeal(change?: Partial<RequestOrder>): Promise<AppealedTask>
  /** Makes the block that a jury waits for, on a chain whose chance is prevrandao. */
  makeChance(taskId: TaskId): Promise<void>
  /** Draws the jury; the clients of those that were drawn. */
  draw(taskId: TaskId): Promise<WriteClient[]>
  /** Jurors commit to a digest and reveal it; then the appeal is decided. */
  decide(taskId: TaskId, drawn: readonly WriteClient[], digest: ResultDigest): Promise<void>
  /** Once nobody appealed again. */
  close(task: AppealedTask): Promise<void>
  /** Lets time pass; a block brings the chain's own idea of it along. */
  pass(sec: number): Promise<void>
}

export type TestCourtOptions = {
  seats?: number
  /** Length of a step of an appeal. */
  stepSec?: number
  /** Turns the clock that the chain was started with. */
  turnClock(sec: number): void
}

const SALT: Hex32 = `0x${'5a'.repeat(32)}` as Hex32
const BOND = wei(10n * 10n ** 18n)
const MATURITY_SEC = 7200

export async function createTestCourt(
  chain: PreparedChain,
  market: TestMarket,
  { seats = 5, stepSec = 60, turnClock }: TestCourtOptions,
): Promise<TestCourt> {
  const { faucet, read } = chain
  const { requester } = market
  const done = async (client: WriteClient, sent: Promise<Hex32>) =>
    waitForSuccess(client, (await sent) as Parameters<typeof waitForSuccess>[1])
  const tick = () => done(faucet, transferGas(faucet, { to: faucet.address, amount: wei(1n) }))
  const pass = async (sec: number) => {
    turnClock(sec)
    await tick()
  }
  const step = { name: 'appealStepSec', value: BigInt(stepSec) } as const
  await done(faucet, setParameter(faucet, step))
  const jurors = await Promise.all(Array.from({ length: seats }, () => chain.account()))
  for (const juror of jurors) {
    await done(juror, bond(juror, { amount: BOND }))
    await done(juror, takeSeat(juror, {}))
  }
  // A seat counts from the next second on.
  await pass(1)

  const lastJury = async (
    taskId: TaskId,
  ): Promise<{ juryId: Hex32; seats: readonly Address[] }> => {
    const juries = await readJuries(read, taskId)
    return { juryId: juryIdOf(taskId, juries.length - 1), seats: juries.at(-1)?.seats ?? [] }
  }

  return {
    jurors,
    pass,
    appeal: async (change = {}) => {
      const task = await settleOne(chain, market, change)
      const { terms, request, claim } = task
      const opened = openAppeal(requester, { terms, request, claim, voters: [] })
      await done(requester, opened)
      return task
    },
    makeChance: async (taskId) => {
      const { juryId } = await lastJury(taskId)
      const number = await readChanceBlock(read, juryId)
      while (Number(await read.rpc<string>('eth_blockNumber')) <= number) await tick()
      await done(faucet, showHeader(faucet, { number }))
    },
    draw: async (taskId) => {
      await done(requester, drawAppealJury(requester, { taskId }))
      const { seats: drawn } = await lastJury(taskId)
      return jurors.filter(({ address }) => drawn.includes(address))
    },
    decide: async (taskId, drawn, digest) => {
      const { juryId } = await lastJury(taskId)
      for (const juror of drawn) {
        const commitment = juryBallot({ juryId, juror: juror.address, digest, salt: SALT })
        await done(juror, commitJuryVote(juror, { taskId, commitment }))
      }
      await pass(2 * stepSec + 1)
      for (const juror of drawn)
        await done(juror, revealJuryVote(juror, { taskId, digest, salt: SALT }))
      await pass(stepSec + 1)
      await done(requester, decideAppeal(requester, { taskId }))
    },
    close: async ({ taskId, terms }) => {
      await pass(2 * stepSec + 1)
      await done(requester, endAppeal(requester, { taskId, terms }))
    },
  }
}

/** With what Appeals wants to see of it: the only task of its batch. */
async function settleOne(
  { read }: PreparedChain,
  market: TestMarket,
  change: Partial<RequestOrder>,
) {
  const { requester, pool } = market
  const maturity = { maturitySec: MATURITY_SEC as RequestOrder['maturitySec'] }
  const request = market.requestOrder({ volume: 1n, ...maturity, ...change })
  const matched = await matchOrders(requester, {
    app: await market.sign('app', market.appOrder()),
    pool: await market.sign('pool', market.poolOrder()),
    request: await market.sign('request', request),
  })
  const receipt = await waitForSuccess(requester, matched)
  const block = receipt.blockNumber
  const [deal] = dealsOfReceipt(receipt)
  if (deal === undefined) throw new RangeError('no deal was opened')
  const { terms, dealId } = deal
  const { nonce, blockNumber: settledIn } = await market.settle(
    { terms, dealId, blockNumber: block },
    [0],
  )
  const where = { pool, nonce }
  const [settled] = await readEvents(read, {
    contract: 'work',
    name: 'BatchSettled',
    where,
    fromBlock: block,
  })
  const [tasks] = await readEvents(read, {
    contract: 'work',
    name: 'TasksSettled',
    where,
    fromBlock: block,
  })
  if (settled === undefined || tasks === undefined) throw new RangeError('nothing settled')
  const facts = await readBatchFacts(read, { ...settled.args, settledIn, fromBlock: block })
  const [result] = decodeResults(tasks.args.results)
  const digest = result?.digest as ResultDigest
  const inclusion = { position: 0n, count: 1n, proof: [] }
  const claim = { index: 0, digest, votes: 1, nonce, facts, inclusion }
  return { terms, request, claim, block, taskId: hashTask(dealId, 0) }
}
