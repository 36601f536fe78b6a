import { type Address, type Seconds, ZERO_ADDRESS } from '@millrace/base'
import { type BatchPart, type DealTerms, WAD } from '@millrace/protocol'
import type { TransactionReceipt } from 'viem'
import type { Actor } from './actors.ts'
import { type Ballot, digestOf, packBatch, packTrusted } from './batchBuilder.ts'
import { makeDeal, type Orders, ordersOf, type Story } from './marketStory.ts'

/** Gas of whole transactions, calldata and the 21,000 included, as receipts say. */
export type Figures = Record<string, number>

let nonce = 0n
let salt = 0n

/** Replicas of each task on `workers` in turn; all agree. */
function ballotsOf(workers: Actor[], tasks: number, replicas: number): Ballot[] {
  const ballots = workers.map((worker): Ballot => ({ worker, votes: [] }))
  for (let slot = 0; slot < tasks; slot++) {
    for (let r = 0; r < replicas; r++) {
      ballots[(slot * replicas + r) % workers.length]?.votes.push({ slot, variant: 0 })
    }
  }
  for (const { votes } of ballots) votes.sort((a, b) => a.slot - b.slot)
  return ballots
}

function partOf(terms: DealTerms, first: number, tasks: number): BatchPart {
  return {
    terms,
    tasks: Array.from({ length: tasks }, (_, i) => ({
      index: first + i,
      digests: [digestOf(`${terms.requestHash} ${first + i}`)],
    })),
  }
}

export type Shape = { tasks: number; workers: number; replicas: number; maturityDays?: number }

/** Commits and settles one batch of a deal. */
async function runBatch(story: Story, terms: DealTerms, first: number, shape: Shape) {
  const { local, operator, pool } = story
  const ballots = ballotsOf(story.workers.slice(0, shape.workers), shape.tasks, shape.replicas)
  const batch = await packBatch({
    pool,
    nonce: ++nonce,
    parts: [partOf(terms, first, shape.tasks)],
    ballots,
    domain: local.workDomain,
  })
  const commit = await local.write(operator, 'work', 'commitBatch', [pool, nonce, batch.root])
  const { timestamp } = await local.client.getBlock({ blockNumber: commit.blockNumber })
  const settle = await local.write(operator, 'work', 'settleBatch', [
    pool,
    nonce,
    Number(timestamp),
    digestOf('locations'),
    batch.parts,
    batch.workers,
    '0x',
  ])
  return { commit, settle }
}

/** The second batch of a deal that has more to come: all accounts and records are warm. */
export async function measureBatch(story: Story, shape: Shape): Promise<Figures> {
  const { maturityDays = 0 } = shape
  const orders = order(story)
  orders.request.maturitySec = (maturityDays * 86_400) as Seconds
  const { terms } = await makeDeal(story, orders, 3 * shape.tasks)
  // So many single votes that every worker is needed even when one vote is enough for the odds.
  await runBatch(story, terms, 0, shape)
  const { commit, settle } = await runBatch(story, terms, shape.tasks, shape)
  const [commitGas, settleGas] = [gas(commit), gas(settle)]
  const name = [
    count(shape.tasks, 'task'),
    count(shape.workers, 'worker'),
    count(shape.replicas, 'replica'),
    ...(maturityDays === 0 ? [] : [`maturing in ${count(maturityDays, 'day')}`]),
  ].join(', ')
  return {
    [`${name}: commit`]: commitGas,
    [`${name}: settle`]: settleGas,
    [`${name}: per task`]: Math.ceil((commitGas + settleGas) / shape.tasks),
  }
}

/** One task of one worker on the pool's word: in the middle of a deal, and as all of a deal. */
export async function measureTrusted(story: Story): Promise<Figures> {
  const { terms } = await makeDeal(story, order(story, 0n), 3)
  await runTrusted(story, terms, 0, 1)
  const middle = await runTrusted(story, terms, 1, 1)
  const whole = await makeDeal(story, order(story, 0n), 1)
  const all = await runTrusted(story, whole.terms, 0, 1)
  const big = await makeDeal(story, order(story, 0n), 768)
  await runTrusted(story, big.terms, 0, 256)
  const many = await runTrusted(story, big.terms, 256, 256)
  return {
    'trusted, 1 task: settle': gas(middle),
    'trusted, 1 task, whole deal: settle': gas(all),
    'trusted, 256 tasks: per task': Math.ceil(gas(many) / 256),
  }
}

function runTrusted(story: Story, terms: DealTerms, first: number, tasks: number) {
  return settleOnTrust(story, partOf(terms, first, tasks)).then(({ receipt }) => receipt)
}

/** A batch of one deal on the pool's word, all of it paid to one worker. */
export async function settleOnTrust(story: Story, part: BatchPart) {
  const payees = [
    {
      worker: (story.workers[0] as Actor).address,
      slots: part.tasks.map((_, slot) => slot),
    },
  ]
  const { parts, workers } = packTrusted([part], payees)
  const args = [story.pool, ++nonce, digestOf('locations'), parts, workers]
  const receipt = await story.local.write(story.operator, 'work', 'settleTrusted', args)
  return { receipt, nonce }
}

/** A deal of one task that two workers agree on: its match, commit and settlement. */
export async function measureSmallDeal(story: Story): Promise<Figures> {
  const { terms } = await makeDeal(story, order(story), 1)
  const { commit, settle } = await runBatch(story, terms, 0, { tasks: 1, workers: 2, replicas: 2 })
  return { '1 task, 2 workers, whole deal: commit and settle': gas(commit) + gas(settle) }
}

/** Matches: of four orders nobody has matched before, and of a new request with standing offers. */
export async function measureMatch(story: Story): Promise<Figures> {
  const withDataset = (): Orders => order(story, 9n * WAD, story.dataset)
  const standing = withDataset()
  const first = await makeDeal(story, standing, 100)
  const again = await makeDeal(story, { ...standing, request: withDataset().request }, 100)
  const three = order(story)
  await makeDeal(story, three, 100)
  const threeAgain = await makeDeal(story, { ...three, request: order(story).request }, 100)
  return {
    'match of four new orders': gas(first.receipt),
    'match of a new request with three standing offers': gas(again.receipt),
    'match of a new request, no data set': gas(threeAgain.receipt),
  }
}

/** Orders that nobody has matched before. */
export function order(story: Story, minOdds = 4n * WAD, dataset: Address = ZERO_ADDRESS): Orders {
  return ordersOf(story, ++salt, { request: { minOdds, dataset } })
}

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`
const gas = ({ gasUsed }: TransactionReceipt): number => Number(gasUsed)
