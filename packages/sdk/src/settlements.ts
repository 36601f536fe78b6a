import type { Address, DealId, ResultDigest, TaskId, TxHash, Wei } from '@millrace/base'
import { type ChainEvent, isEvent, type Receipt, readEvents, waitForReceipt } from '@millrace/chain'
import { type DealTerms, decodeResults, hashTask } from '@millrace/protocol'
import { type Cid, contentToCid } from '@millrace/storage/client'
import { zLocations } from '@millrace/wire'
import type { Client } from './client.ts'

const RAW_CODEC = 0x55
const MAX_LOCATIONS_BYTES = 1024 * 1024

/** A deal that is followed, from {@link makeDeal} or from the market's tables. */
export type FollowedDeal = {
  dealId: DealId
  terms: DealTerms
  txHash: TxHash
  /** Block of the match, or any before it. */
  block: number
}

/** A settled task: its digest as the chain has it, and where its bytes lie. */
export type SettledTask = {
  dealId: DealId
  taskId: TaskId
  /** Place in the deal, and in the bag. */
  index: number
  bagIndex: number
  digest: ResultDigest
  /** A mere location, from the block that the settlement names; whatever it leads to is checked. */
  cid: Cid | undefined
  pool: Address
  nonce: bigint
}

/** A batch that settled tasks of the deal, with what the chain says of its cost. */
export type SettledBatch = {
  dealId: DealId
  pool: Address
  nonce: bigint
  txHash: TxHash
  block: number
  /** Tasks of this deal, and of all deals in it. */
  ownTasks: number
  allTasks: number
  gasUsed: bigint
  /** Of the whole batch. */
  workers: { worker: Address; tasks: number; passed: number; faults: number }[]
  /** What the requester's lock paid for tasks of this deal. */
  payments: PaymentMade[]
}

export type PaymentMade = { to: Address; amount: Wei }

export type Settled = { tasks: SettledTask[]; batches: SettledBatch[] }

const NONE: ReadonlySet<TxHash> = new Set()

/**
 * What settled of a deal at or after `fromBlock`, without the transactions that are `known`. Digests come from the chain's own log, not from the
 * market's tables: nobody but the chain is believed.
 */
export async function readSettled(
  client: Client,
  deal: FollowedDeal,
  {
    fromBlock,
    known = NONE,
    signal,
  }: { fromBlock: number; known?: ReadonlySet<TxHash>; signal?: AbortSignal | undefined },
): Promise<Settled> {
  const options = signal === undefined ? {} : { signal }
  const where = { dealId: deal.dealId }
  const found = await readEvents(
    client.chain,
    { contract: 'work', name: 'TasksSettled', where, fromBlock },
    options,
  )
  const parts = await Promise.all(
    found
      .filter(({ txHash }) => !known.has(txHash))
      .map(async ({ txHash, args: { pool, nonce, results } }) => {
        const receipt = await waitForReceipt(client.chain, txHash, options)
        const places = await readLocations(client, receipt, options)
        const tasks = decodeResults(results).map(({ index, digest }): SettledTask => {
          const taskId = hashTask(deal.dealId, index)
          const bagIndex = Number(deal.terms.firstIndex) + index
          return {
            dealId: deal.dealId,
            taskId,
            index,
            bagIndex,
            digest,
            cid: places.get(taskId),
            pool,
            nonce,
          }
        })
        return { tasks, batch: toBatch(deal, receipt, { pool, nonce, ownTasks: tasks.length }) }
      }),
  )
  return { tasks: parts.flatMap(({ tasks }) => tasks), batches: parts.map(({ batch }) => batch) }
}

function toBatch(
  deal: FollowedDeal,
  receipt: Receipt,
  { pool, nonce, ownTasks }: { pool: Address; nonce: bigint; ownTasks: number },
): SettledBatch {
  const { events } = receipt
  const settled = events.find((event) => isEvent(event, 'BatchSettled'))
  return {
    dealId: deal.dealId,
    pool,
    nonce,
    txHash: receipt.txHash,
    block: receipt.blockNumber,
    ownTasks,
    allTasks: settled?.args.tasks ?? ownTasks,
    gasUsed: receipt.gasUsed,
    workers: events
      .filter((event) => isEvent(event, 'WorkerSettled'))
      .map(({ args: { worker, tasks, passed, faults } }) => ({ worker, tasks, passed, faults })),
    payments: paymentsOf(eventsOfDeal(events, deal.dealId), deal.terms.requester),
  }
}

/** Payments out of a lock, of whatever maturity. */
export function paymentsOf(events: readonly ChainEvent[], from: Address): PaymentMade[] {
  return events
    .filter((event) => isEvent(event, 'Paid') || isEvent(event, 'Credited'))
    .filter(({ args }) => args.from === from)
    .map(({ args: { to, amount } }) => ({ to, amount }))
}

/** A settlement goes deal by deal: TasksSettled, then what is paid for those tasks. */
function eventsOfDeal(events: readonly ChainEvent[], dealId: DealId): ChainEvent[] {
  const start = events.findIndex(
    (event) => isEvent(event, 'TasksSettled') && event.args.dealId === dealId,
  )
  if (start < 0) return []
  const after = events.slice(start + 1)
  const end = after.findIndex(
    (event) => isEvent(event, 'TasksSettled') || isEvent(event, 'BatchSettled'),
  )
  return end < 0 ? after : after.slice(0, end)
}

/**
 * Places of a batch's results by task, by the latest word of its pool or else of whoever settled it; empty when
 * the block that lists them is missing or bad.
 */
export async function readLocations(
  client: Pick<Client, 'storage' | 'chain'>,
  { events, blockNumber }: Pick<Receipt, 'events' | 'blockNumber'>,
  options: { signal?: AbortSignal },
): Promise<Map<string, Cid>> {
  const settled = events.find((event) => isEvent(event, 'BatchSettled'))
  if (settled === undefined) return new Map()
  const { pool, nonce } = settled.args
  const given = await readEvents(
    client.chain,
    { contract: 'work', name: 'LocationsGiven', where: { pool, nonce }, fromBlock: blockNumber },
    options,
  )
  try {
    const { locations } = (given.at(-1) ?? settled).args
    const cid = contentToCid({ content: locations, codec: RAW_CODEC })
    const bytes = await client.storage.getBytes(cid, { maxBytes: MAX_LOCATIONS_BYTES, ...options })
    const { results } = zLocations.parse(JSON.parse(new TextDecoder().decode(bytes)))
    return new Map(results.map(({ taskId, cid: place }) => [taskId, place]))
  } catch {
    options.signal?.throwIfAborted()
    return new Map()
  }
}
