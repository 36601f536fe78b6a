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
  merkleRoot,
  resultLeaf,
  trustOfOdds,
  workerOdds,
} from '@millrace/protocol'
import type { Client } from './client.ts'
import type { FollowedDeal, SettledBatch, SettledTask } from './settlements.ts'
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
  workers: { worker: Address; tasks: number; passed: number; faults: number; reward: Wei }[]
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
  const payments = sumPayments(deals, batches)
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
    workers: sumWorkers(batches),
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
  return merkleRoot(inOrder.map(({ dealId, index, digest }) => resultLeaf(dealId, index, digest)))
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

/** What came back of deals that were closed before all was settled. */
async function readClosings(
  client: Client,
  deals: readonly FollowedDeal[],
): Promise<{ refund: bigint; stake: bigint }[]> {
  const isOver = ({ terms }: FollowedDeal): boolean => nowSec(client.clock) > terms.expiresAt
  const found = await Promise.all(
    deals.filter(isOver).map(({ dealId, block }) =>
      readEvents(client.chain, {
        contract: 'market',
        name: 'DealExpired',
        where: { dealId },
        fromBlock: block,
      }),
    ),
  )
  return found.flat().map(({ args: { refund, stake } }) => ({ refund, stake }))
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

function sumPayments(deals: readonly FollowedDeal[], batches: readonly SettledBatch[]): Payment[] {
  const workers = new Set(batches.flatMap((batch) => batch.workers.map(({ worker }) => worker)))
  const [terms] = deals.map((deal) => deal.terms)
  const roleOf = (to: Address): Payment['role'] => {
    if (workers.has(to)) return 'worker'
    if (to === terms?.poolOwner) return 'pool'
    if (to === terms?.datasetOwner && terms.dataset !== ZERO_ADDRESS) return 'dataset'
    return 'app'
  }
  const totals = new Map<Address, bigint>()
  for (const { to, amount } of uniqueBatches(batches).flatMap(({ payments }) => payments))
    totals.set(to, (totals.get(to) ?? 0n) + amount)
  return [...totals].map(([to, amount]) => ({ to, role: roleOf(to), amount: wei(amount) }))
}

function sumWorkers(batches: readonly SettledBatch[]): JobReceipt['workers'] {
  const totals = new Map<Address, JobReceipt['workers'][number]>()
  for (const entry of uniqueBatches(batches).flatMap(({ workers }) => workers)) {
    const sum = totals.get(entry.worker)
    totals.set(entry.worker, {
      worker: entry.worker,
      tasks: (sum?.tasks ?? 0) + entry.tasks,
      passed: (sum?.passed ?? 0) + entry.passed,
      faults: (sum?.faults ?? 0) + entry.faults,
      reward: wei((sum?.reward ?? 0n) + entry.reward),
    })
  }
  return [...totals.values()].sort((a, b) => (a.worker < b.worker ? -1 : 1))
}

/** A batch that settled several deals of the job counts once. */
function uniqueBatches(batches: readonly SettledBatch[]): SettledBatch[] {
  return [...new Map(batches.map((batch) => [batch.txHash, batch])).values()]
}

const sumOf = (values: readonly bigint[]): bigint => values.reduce((sum, value) => sum + value, 0n)
const divideUp = (a: bigint, b: bigint): bigint => (a + b - 1n) / b
