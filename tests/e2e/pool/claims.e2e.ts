import {
  type Hex32,
  type ResultDigest,
  resultDigest,
  seconds,
  systemClock,
  unixSeconds,
  wei,
} from '@millrace/base'
import {
  bond,
  claimOmission,
  commitBatch,
  dealsOfReceipt,
  forceReveal,
  forfeit,
  matchOrders,
  readAccount,
  readEvents,
  readSettlement,
  setParameter,
  settleBatch,
  signSeal,
  signTyped,
  type WriteClient,
  waitForSuccess,
  workDomain,
} from '@millrace/chain'
import {
  type BatchWorker,
  batchRoot,
  claimOfOmission,
  commitmentOf,
  type DealTerms,
  hashDeal,
  hashTask,
  headOf,
  merkleProof,
  oddsOfTrust,
  ownPart,
  receiptRoot,
  sealLeaf,
  sortSeals,
} from '@millrace/protocol'
import {
  createTestMarket,
  startTestChain,
  type TestChain,
  type TestMarket,
} from '@millrace/testing'
import { receiptTypedData } from '@millrace/wire'
import { afterAll, beforeAll, expect, it } from 'vitest'

// What workers hold against a pool that breaks its word, made by our own code and judged by the contracts.

const COMMIT_BY = unixSeconds(2 ** 40)
const seed = (n: number) => `0x${n.toString(16).padStart(64, '5')}` as Hex32
const digest = (n: number) => resultDigest(`0x${n.toString(16).padStart(64, '0')}`)

let chain: TestChain
let market: TestMarket
let workers: WriteClient[]
let nonce = 0n

beforeAll(async () => {
  chain = await startTestChain()
  market = await createTestMarket(chain, { nowSec: Math.floor(systemClock.nowMs() / 1000) })
  for (const [name, value] of [
    ['revealWindowSec', 30n],
    ['settleWindowSec', 60n],
  ] as const)
    await waitForSuccess(chain.faucet, await setParameter(chain.faucet, { name, value }))
  workers = await Promise.all([1, 2, 3].map(() => chain.account()))
  for (const worker of workers)
    await waitForSuccess(worker, await bond(worker, { amount: wei(10n ** 20n) }))
})
afterAll(() => chain.stop())

/** A deal of one verified task whose stake stays for an hour after it has settled. */
async function openDeal(): Promise<DealTerms> {
  const change = { volume: 1n, minOdds: oddsOfTrust(0.9), maturitySec: seconds(3600) }
  const txHash = await matchOrders(market.requester, {
    app: await market.sign('app', market.appOrder()),
    pool: await market.sign('pool', market.poolOrder({ stake: wei(1000n), maxOdds: 10n ** 30n })),
    request: await market.sign('request', market.requestOrder(change)),
  })
  const [deal] = dealsOfReceipt(await waitForSuccess(market.requester, txHash))
  if (deal === undefined) throw new RangeError('no deal was opened')
  return deal.terms
}

/** Workers vote for a digest on task 0 of a deal, seal it, and the pool commits. */
async function commit(terms: DealTerms, voters: readonly WriteClient[], said: ResultDigest) {
  const { pool, poolOwner } = market
  const name = { pool, nonce: ++nonce }
  const taskId = hashTask(hashDeal(terms), 0)
  const sealed = await Promise.all(
    voters.map(async (client, n) => {
      const worker = client.address
      const commitment = commitmentOf({ taskId, worker, digest: said, seed: seed(n) })
      const head = headOf([{ taskId, commitment }])
      const seal = { head, commitBy: COMMIT_BY }
      const signature = await signSeal(client.account, name, seal, workDomain(client))
      return { worker, head, signature, commitBy: COMMIT_BY, seed: seed(n) }
    }),
  )
  const root = batchRoot(sealed)
  await waitForSuccess(poolOwner, await commitBatch(poolOwner, { ...name, root }))
  const where = { contract: 'work', name: 'BatchCommitted', where: name, fromBlock: 0 } as const
  const [event] = await readEvents(chain.read, where)
  if (event === undefined) throw new RangeError('no commit')
  return { name, taskId, root, committedAt: event.args.committedAt, sealed }
}

type Committed = Awaited<ReturnType<typeof commit>>

function placeOf({ sealed }: Committed, worker: string) {
  const seals = sortSeals(sealed)
  const position = seals.findIndex((seal) => seal.worker === worker)
  const leaves = seals.map((seal) => sealLeaf(seal.worker, seal.head))
  const proof = merkleProof(leaves, position)
  return { position: BigInt(position), count: BigInt(seals.length), proof }
}

it('pays a worker that a pool left out of a batch though it had given a receipt', async () => {
  const terms = await openDeal()
  const [one, two, omitted] = workers as [WriteClient, WriteClient, WriteClient]
  const worker = omitted.address
  const taskId = hashTask(hashDeal(terms), 0)
  const own = { taskId, worker, digest: digest(2), seed: seed(7) }
  const items = [
    { taskId: hashTask(hashDeal(terms), 9), commitment: seed(1) },
    { taskId, commitment: commitmentOf(own) },
  ]
  const until = unixSeconds(Math.floor(systemClock.nowMs() / 1000) + 600)
  const receipt = { pool: market.pool, nonce: 77n, worker, root: receiptRoot(items), until }
  const typed = receiptTypedData(receipt, workDomain(chain.read))
  const signature = await signTyped(market.poolOwner.account, typed)

  const batch = await commit(terms, [one, two], digest(1))
  const records: BatchWorker[] = batch.sealed.map((seal) => {
    return { ...seal, votes: [{ slot: 0, variant: 0 }] }
  })
  const txHash = await settleBatch(market.poolOwner, {
    ...batch.name,
    committedAt: batch.committedAt,
    locations: seed(0),
    parts: [{ terms, tasks: [{ index: 0, digests: [digest(1)] }] }],
    workers: records,
  })
  await waitForSuccess(market.poolOwner, txHash)
  const settlement = await readSettlement(chain.read, { txHash, ...batch.name })
  const mine = { receipt, signature, items, terms, index: 0, digest: digest(2), seed: seed(7) }
  const claim = settlement && claimOfOmission(settlement, mine)
  if (claim === undefined) throw new RangeError('no claim')
  const before = (await readAccount(chain.read, worker)).free
  await waitForSuccess(omitted, await claimOmission(omitted, claim))
  expect((await readAccount(chain.read, worker)).free - before).toBe(terms.poolStake / 2n)
  const voter = { ...mine, receipt: { ...receipt, worker: one.address } }
  expect(settlement && claimOfOmission(settlement, voter)).toBeUndefined()
})

it('pays a worker for a batch that its pool dropped after the reveal', async () => {
  const terms = await openDeal()
  const voters = workers.slice(0, 2)
  const batch = await commit(terms, voters, digest(1))
  const [client] = voters as [WriteClient]
  const mine = batch.sealed.find(({ worker }) => worker === client.address)
  if (mine === undefined) throw new RangeError('not sealed')
  const part = {
    ...ownPart({ ...mine, votes: [{ terms, index: 0, digest: digest(1) }] }),
    ...batch.name,
    root: batch.root,
    committedAt: batch.committedAt,
  }
  const place = placeOf(batch, client.address)
  await waitForSuccess(client, await forceReveal(client, { ...part, place }))
  const before = (await readAccount(chain.read, client.address)).free
  const opensMs = (batch.committedAt + terms.settleWindowSec + 2) * 1000
  await systemClock.sleep(Math.max(0, opensMs - systemClock.nowMs()))
  await waitForSuccess(client, await forfeit(client, part))
  const paid = (await readAccount(chain.read, client.address)).free - before
  // The workers' part of a price of 10, which is less than half of the stake; nobody else revealed.
  expect(paid).toBe(9n)
})
