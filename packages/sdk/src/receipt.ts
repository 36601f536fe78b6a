import {
  type Address,
  type Hex32,
  nowSec,
  type OrderHash,
  type TxHash,
  type Wei,
  wei,
  ZERO_ADDRESS,
} from '@millrace/base'
import { readEvents, readReceipt } from '@millrace/chain'
import {
  credibilityOf,
  groupOdds,
  hashTask,
  merkleRoot,
  tagOf,
  trustOfOdds,
  workerOdds,
} from '@millrace/protocol'
import type { Client } from './client.ts'
import {
  type FollowedDeal,
  type PaymentMade,
  paymentsOf,
  type SettledBatch,
  type SettledTask,
} from './settlements.ts'
import type { JobOutcome } from './watchJob.ts'

/** What somebody got for a job, and as whom. */
export type Payment = {
  to: Address
  role: 'worker' | 'pool' | 'app' | 'dataset'
  amount: Wei
}

/** All that the chain says of a job: who ran it, who was paid, what it cost, how sure the answer is. */
export type JobReceipt = {
  request: OrderHash
  deals: { dealId: string; pool: Address; volume: number; txHash: TxHash; expiresAt: number }[]
  tasks: { asked: number; settled: number }
  /** Out of the requester's lock to others, back to it, and to it out of the pool's stake. */
  paid: Wei
  refunded: Wei
  compensation: Wei
  payments: Payment[]
  /** Who ran it; `tasks` is absent when their batches held other deals' tasks too. */
  workers: { worker: Address; tasks: number | undefined; faults: number; reward: Wei }[]
  gas: { match: bigint; commit: bigint; settle: bigint; total: bigint; perTask: bigint }
  trust: {
    /** What the contract demanded of every settled task; 0 for the pool's word alone. */
    asked: number
    /** Runs per task on average, of which each was by another worker. */
    replicas: number
    /**
     * Probability that a result is right, at the least: what was asked, or what that many agreeing
     * workers reach without any record.
     */
    atLeast: number
  }
  /**
   * The digest on chain: of the task when there is one, else the Merkle root over the digests of all
   * settled tasks in the order of the bag, which anybody can compute from the events.
   */
  digest: Hex32 | undefined
}

/** Puts a job's receipt together from receipts and events of the chain. */
export async function readJobReceipt(
  client: Client,
  { request, volume }: { request: OrderHash; volume: number },
  {
    outcome,
    tasks,
  }: { outcome: Pick<JobOutcome, 'deals' | 'batches'>; tasks: readonly SettledTask[] },
  { signal }: { signal?: AbortSignal } = {},
): Promise<JobReceipt> {
  const { deals, batches } = outcome
  const [gas, closings] = await Promise.all([
    readGas(client, { deals, batches, settled: tasks.length }, signal),
    readClosings(client, deals),
  ])
  const made = [...batches, ...closings].flatMap((source) => source.payments)
  const payments = sumPayments(deals, batches, made)
  return {
    request,
    deals: deals.map(({ dealId, terms, txHash }) => ({
      dealId,
      pool: terms.pool,
      volume: terms.volume,
      txHash,
      expiresAt: terms.expiresAt,
    })),
    tasks: { asked: volume, settled: tasks.length },
    paid: wei(payments.reduce((sum, { amount }) => sum + amount, 0n)),
    refunded: wei(closings.reduce((sum, { refund }) => sum + refund, 0n)),
    compensation: wei(closings.reduce((sum, { stake }) => sum + stake, 0n)),
    payments,
    workers: sumWorkers(batches, made),
    gas,
    trust: trustOf(deals, batches),
    digest: digestOf(tasks),
  }
}

/** @see JobReceipt.digest */
export function digestOf(tasks: readonly SettledTask[]): Hex32 | undefined {
  const [only] = tasks
  if (only === undefined) return undefined
  if (tasks.length === 1) return only.digest
  const inOrder = [...tasks].sort((a, b) => a.bagIndex - b.bagIndex)
  return merkleRoot(
    inOrder.map(({ dealId, index, digest }) => tagOf(hashTask(dealId, index), digest)),
  )
}

async function readGas(
  client: Client,
  {
    deals,
    batches,
    settled,
  }: { deals: readonly FollowedDeal[]; batches: readonly SettledBatch[]; settled: number },
  signal: AbortSignal | undefined,
): Promise<JobReceipt['gas']> {
  const options = { signal }
  const gasOf = async (hash: TxHash): Promise<bigint> =>
    (await readReceipt(client.chain, hash, options))?.gasUsed ?? 0n
  const [matches, commits] = await Promise.all([
    Promise.all(deals.map(({ txHash }) => gasOf(txHash))),
    Promise.all(
      batches.map(async (batch) => {
        const { pool, nonce } = batch
        const fromBlock = Math.min(...deals.map(({ block }) => block))
        const sent = await readEvents(client.chain, {
          contract: 'work',
          name: 'BatchCommitted',
          where: { pool, nonce },
          fromBlock,
        })
        const used = await Promise.all(sent.map(({ txHash }) => gasOf(txHash)))
        return share(sumOf(used), batch)
      }),
    ),
  ])
  const match = sumOf(matches)
  const commit = sumOf(commits)
  const settle = sumOf(batches.map((batch) => share(batch.gasUsed, batch)))
  const perTask = settled === 0 ? 0n : divideUp(commit + settle, BigInt(settled))
  return { match, commit, settle, total: match + commit + settle, perTask }
}

/** A deal's part of a batch's gas, by its tasks, rounded up. */
function share(gas: bigint, { ownTasks, allTasks }: SettledBatch): bigint {
  return divideUp(gas * BigInt(ownTasks), BigInt(Math.max(allTasks, 1)))
}

type Closing = { refund: bigint; stake: bigint; payments: PaymentMade[] }

/** What deals gave back at their end, and paid to their providers when it was not with a batch. */
async function readClosings(client: Client, deals: readonly FollowedDeal[]): Promise<Closing[]> {
  const all = await Promise.all(
    deals.map((deal) =>
      Promise.all([readExpiry(client, deal), readRefund(client, deal), readBreach(client, deal)]),
    ),
  )
  return all.flat().filter((closing) => closing !== undefined)
}

async function readExpiry(client: Client, deal: FollowedDeal): Promise<Closing | undefined> {
  if (nowSec(client.clock) <= deal.terms.expiresAt) return undefined
  const [closing] = await readEvents(client.chain, { ...endOf(deal), name: 'DealExpired' })
  if (closing === undefined) return undefined
  const receipt = await readReceipt(client.chain, closing.txHash)
  const { refund, stake } = closing.args
  return { refund, stake, payments: paymentsOf(receipt?.events ?? [], deal.terms.requester) }
}

/** Of spoiled tasks, in a deal that ended with a batch. */
async function readRefund(client: Client, deal: FollowedDeal): Promise<Closing | undefined> {
  const [ended] = await readEvents(client.chain, { ...endOf(deal), name: 'DealRefunded' })
  return ended && { refund: ended.args.refund, stake: ended.args.stake, payments: [] }
}

/** Of late tasks, where fewer than promised were in time. */
async function readBreach(client: Client, deal: FollowedDeal): Promise<Closing | undefined> {
  if (deal.terms.slaBps === 0) return undefined
  const [breach] = await readEvents(client.chain, { ...endOf(deal), name: 'SlaBreached' })
  return breach && { refund: breach.args.refund, stake: breach.args.stake, payments: [] }
}

function endOf({ dealId, block }: FollowedDeal) {
  return { contract: 'market', where: { dealId }, fromBlock: block } as const
}

function trustOf(
  deals: readonly FollowedDeal[],
  batches: readonly SettledBatch[],
): JobReceipt['trust'] {
  const terms = deals.map((deal) => deal.terms)
  const asked = Math.min(1, ...terms.map(({ minOdds }) => trustOfOdds(minOdds)))
  const runs = batches.flatMap(({ workers }) => workers).reduce((sum, { tasks }) => sum + tasks, 0)
  const tasks = batches.reduce((sum, { allTasks }) => sum + allTasks, 0)
  const replicas = tasks === 0 ? 0 : runs / tasks
  if (asked === 0 || replicas === 0) return { asked, replicas, atLeast: asked }
  const newcomer = workerOdds(0, Math.max(...terms.map(({ saboteurBps }) => saboteurBps)))
  const group = groupOdds(Array.from({ length: Math.floor(replicas) }, () => newcomer))
  return { asked, replicas, atLeast: Math.max(asked, credibilityOf(group, [])) }
}

function sumPayments(
  deals: readonly FollowedDeal[],
  batches: readonly SettledBatch[],
  made: readonly PaymentMade[],
): Payment[] {
  const workers = new Set(batches.flatMap((batch) => batch.workers.map(({ worker }) => worker)))
  const [terms] = deals.map((deal) => deal.terms)
  const roleOf = (to: Address): Payment['role'] => {
    if (workers.has(to)) return 'worker'
    if (to === terms?.poolOwner) return 'pool'
    if (to === terms?.datasetOwner && terms.dataset !== ZERO_ADDRESS) return 'dataset'
    return 'app'
  }
  return [...totalsOf(made)].map(([to, amount]) => ({ to, role: roleOf(to), amount }))
}

function totalsOf(made: readonly PaymentMade[]): Map<Address, Wei> {
  const totals = new Map<Address, Wei>()
  for (const { to, amount } of made) totals.set(to, wei((totals.get(to) ?? 0n) + amount))
  return totals
}

function sumWorkers(
  batches: readonly SettledBatch[],
  made: readonly PaymentMade[],
): JobReceipt['workers'] {
  // A batch that settled several deals of the job counts once.
  const unique = [...new Map(batches.map((batch) => [batch.txHash, batch])).values()]
  const own = new Map<string, number>()
  for (const { txHash, ownTasks } of batches) own.set(txHash, (own.get(txHash) ?? 0) + ownTasks)
  const isOnlyOurs = unique.every(({ txHash, allTasks }) => own.get(txHash) === allTasks)
  const entries = unique.flatMap(({ workers }) => workers)
  const rewards = totalsOf(made)
  return [...new Set(entries.map(({ worker }) => worker))].sort().map((worker) => {
    const mine = entries.filter((entry) => entry.worker === worker)
    const total = (pick: (entry: (typeof mine)[number]) => number): number =>
      mine.reduce((sum, entry) => sum + pick(entry), 0)
    return {
      worker,
      tasks: isOnlyOurs ? total(({ tasks }) => tasks) : undefined,
      faults: total(({ faults }) => faults),
      reward: rewards.get(worker) ?? wei(0n),
    }
  })
}

const sumOf = (values: readonly bigint[]): bigint => values.reduce((sum, value) => sum + value, 0n)
const divideUp = (a: bigint, b: bigint): bigint => (a + b - 1n) / b
