import { type Address, type DealId, type Logger, ZERO_HEX32 } from '@millrace/base'
import {
  type ChainBlock,
  type ChainEvent,
  type ChainEventArgs,
  type ReadClient,
  watchEvents,
} from '@millrace/chain'
import {
  decodeIndexes,
  decodeResults,
  decodeTasks,
  decodeWorkers,
  hashTask,
} from '@millrace/protocol'
import type { PoolEvent } from '../core/events.ts'

export type ChainFeedOptions = {
  client: ReadClient
  pool: Address
  /** The last block that the journal has seen. */
  cursor: { number: number; hash: ChainBlock['hash'] } | undefined
  fromBlock: number
  log: Logger
  signal: AbortSignal
  emit(event: PoolEvent): void
  /** All blocks that were there at the start have been told. */
  onCaughtUp(): void
}

/** Not news by themselves: told of strangers too. */
const OF_ANY_POOL = new Set<PoolEvent['kind']>(['standingChanged', 'tasksSpoiled'])

/** Blocks without news between two cursors in the journal. */
const CURSOR_EVERY = 1000

/**
 * Tells the core what happens on chain, in the order of the chain. After a restart blocks since the
 * last cursor are told again.
 *
 * A reorg deeper than the client's confirmations is only noted: this pool's transactions are mined
 * again by its outbox, a batch committed at another time is refused by the contract and made anew.
 */
export async function runChainFeed(options: ChainFeedOptions): Promise<void> {
  const { client, pool, cursor, fromBlock, log, signal, emit } = options
  const head = await findHead(options)
  let isCaughtUp = false
  const noteBlock = (number: number): void => {
    if (isCaughtUp || number < head) return
    isCaughtUp = true
    options.onCaughtUp()
  }
  noteBlock(cursor?.number ?? fromBlock - 1)
  await watchEvents(client, {
    cursor,
    fromBlock,
    signal,
    log,
    onBlock: ({ number, hash, events }) => {
      const told = events.flatMap((event) => toPoolEvents(event, pool))
      for (const event of told) emit(event)
      const isNews = told.some(({ kind }) => !OF_ANY_POOL.has(kind))
      emit({ kind: 'block', number, hash, isRelevant: isNews || number % CURSOR_EVERY === 0 })
      noteBlock(number)
    },
    onRollback: (toNumber) => log.warn('chain rolled back', { toNumber }),
  })
}

/** The last block that the feed will hand out of those that are there now. */
async function findHead({ client, signal }: ChainFeedOptions): Promise<number> {
  for (;;) {
    const mark = client.heads.mark()
    try {
      return Number(await client.rpc<string>('eth_blockNumber')) - client.confirmations
    } catch (error) {
      if (signal.aborted) throw error
      await client.heads.next(mark, { signal }).catch(() => {})
    }
  }
}

/** What an event of our contracts means to this pool. */
export function toPoolEvents({ name, args }: ChainEvent, pool: Address): PoolEvent[] {
  switch (name) {
    case 'OrdersMatched':
      return args.pool === pool ? [{ kind: 'dealOpened', terms: args.terms }] : []
    case 'DealExpired':
      return [{ kind: 'dealExpired', dealId: args.dealId }]
    case 'BatchCommitted': {
      if (args.pool !== pool) return []
      const { root, committedAt } = args
      return [{ kind: 'batchCommitted', nonce: Number(args.nonce), root, committedAt }]
    }
    case 'BatchSettled':
      return args.pool === pool ? [{ kind: 'batchSettled', nonce: Number(args.nonce) }] : []
    case 'RevealForced':
      return args.pool === pool ? [forcedReveal(args)] : []
    case 'TasksSettled': {
      if (args.pool !== pool) return []
      const indices = decodeResults(args.results).map(({ index }) => index)
      return [{ kind: 'tasksSettled', dealId: args.dealId, nonce: Number(args.nonce), indices }]
    }
    case 'TasksSpoiled':
      return [{ kind: 'tasksSpoiled', dealId: args.dealId, indices: decodeIndexes(args.indexes) }]
    case 'Exposed':
      return [{ kind: 'standingChanged', worker: args.worker, exposed: args.amount }]
    case 'Bonded':
    case 'UnbondRequested':
    case 'Unbonded':
    case 'CheckPassed':
    case 'FaultFound':
      return [{ kind: 'standingChanged', worker: args.worker }]
    default:
      return []
  }
}

/** What a worker would have said to its pool, out of what it has shown on chain. */
function forcedReveal({
  worker,
  nonce,
  dealIds,
  tasks,
  record,
}: ChainEventArgs['RevealForced']): PoolEvent {
  const slots = tasks.flatMap((packed, part) =>
    decodeTasks(packed).map(({ index, digests }) => {
      return { taskId: hashTask(dealIds[part] as DealId, index), digests }
    }),
  )
  const [shown] = decodeWorkers(record)
  const items = (shown?.votes ?? []).flatMap(({ slot, variant }) => {
    const { taskId, digests } = slots[slot] ?? {}
    const digest = digests?.[variant]
    return taskId === undefined || digest === undefined ? [] : [{ taskId, digest }]
  })
  const reveal = { seed: shown?.seed ?? ZERO_HEX32, items }
  return { kind: 'revealForced', worker, nonce: Number(nonce), reveal }
}
