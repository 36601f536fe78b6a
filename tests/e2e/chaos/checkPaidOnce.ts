import assert from 'node:assert/strict'
import type { Address } from '@millrace/base'
import { readAccount, readDeal, readEvents, readTokenBalance } from '@millrace/chain'
import { decodeResults } from '@millrace/protocol'
import { type DealRow, zDealRow } from '@millrace/wire'
import { type Bag, type BagReport, countSettled } from './bag.ts'
import { type CloudUnderTest, type Finished, until } from './cloudUnderTest.ts'

const COIN = 10n ** 18n
/** What the local cloud asks for a task: 0.001 for the pool and 0.0001 for the app. */
export const TASK_PRICE = (11n * COIN) / 10_000n

export type CheckOptions = {
  /** What liars had to pay the buyer. */
  damages?: bigint
  /** Accounts that have money in the escrow beside those of the cloud. */
  strangers?: readonly Address[]
}

/**
 * The bag is done: every task settled once on chain and paid once, every result verified by its buyer,
 * and no coin came or went on the way.
 */
export async function checkPaidOnce(
  cloud: CloudUnderTest,
  bag: Bag,
  { code, stdout, stderr }: Finished,
  { damages = 0n, strangers = [] }: CheckOptions = {},
): Promise<BagReport> {
  assert.equal(code, 0, stderr + stdout)
  const report = JSON.parse(stdout) as BagReport
  const price = TASK_PRICE * BigInt(bag.tasks)
  const { state, settled, paid, refunded, unverified, results } = report
  assert.deepEqual(
    { state, settled, paid, refunded, unverified },
    { state: 'done', settled: bag.tasks, paid: `${price}`, refunded: '0', unverified: [] },
  )
  assert.deepEqual(
    results.map(({ index, status }) => ({ index, status })),
    Array.from({ length: bag.tasks }, (_, index) => ({ index, status: 'ok' })),
  )
  assert.equal(
    report.payments.reduce((sum, { amount }) => sum + BigInt(amount), 0n),
    price,
  )

  const chain = cloud.chain()
  // It may still be on its way back: the buyer can be done before the last misfortune.
  await until('the chain answers', async () => (await countSettled(cloud, bag)) !== undefined)
  assert.deepEqual(await readDeal(chain, bag.deal), { status: 'closed', settled: bag.tasks })
  assert.deepEqual(
    await settledOnChain(cloud, bag),
    results.map(({ index, digest }) => ({ index, digest })),
  )
  await checkTables(cloud, bag)
  const { free, locked } = await readAccount(chain, accountOf(cloud, 'requester'))
  assert.deepEqual({ free, locked }, { free: bag.freeBefore - price + damages, locked: 0n })
  assert.equal((await readAccount(chain, accountOf(cloud, 'pool'))).locked, 0n)
  await checkMoneyConserved(cloud, strangers)
  return report
}

/** All that the escrow holds belongs to somebody, and nobody owns what it does not hold. */
export async function checkMoneyConserved(
  cloud: CloudUnderTest,
  strangers: readonly Address[],
): Promise<void> {
  const chain = cloud.chain()
  const owners = [...Object.values(cloud.facts().accounts), ...strangers]
  const accounts = await Promise.all(owners.map((owner) => readAccount(chain, owner)))
  const owned = accounts.reduce(
    (sum, { free, locked, maturing }) => sum + free + locked + maturing,
    0n,
  )
  assert.equal(await readTokenBalance(chain, chain.contracts.escrow), owned)
}

/** Every settlement of the deal that the chain has logged, by index. */
async function settledOnChain(cloud: CloudUnderTest, { deal }: Bag) {
  const events = await readEvents(cloud.chain(), {
    contract: 'work',
    name: 'TasksSettled',
    where: { dealId: deal },
    fromBlock: 0,
  })
  return events.flatMap(({ args }) => decodeResults(args.results)).sort((a, b) => a.index - b.index)
}

/** The market's tables catch up with the chain and say the same. */
async function checkTables(cloud: CloudUnderTest, { deal, tasks }: Bag): Promise<void> {
  const url = `${cloud.facts().apiUrl}/deals/${deal}`
  let row: DealRow | undefined
  await until('the market knows that the deal is done', async () => {
    const answer = await fetch(url).catch(() => undefined)
    row = answer?.status === 200 ? zDealRow.parse(await answer.json()) : undefined
    return row?.state === 'done'
  })
  assert.deepEqual(
    { settled: row?.settled, paid: row?.paid, refunded: row?.refunded },
    { settled: tasks, paid: TASK_PRICE * BigInt(tasks), refunded: 0n },
  )
}

function accountOf(cloud: CloudUnderTest, name: string): Address {
  const found = cloud.facts().accounts[name]
  if (found === undefined) throw new Error(`no account ${name}`)
  return found
}
