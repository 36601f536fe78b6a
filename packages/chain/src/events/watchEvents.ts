import {
  BaseError,
  type Hex32,
  hex32,
  isRetryable,
  type Logger,
  silentLogger,
  type UnixSeconds,
  unixSeconds,
} from '@millrace/base'
import type { ReadClient } from '../client/readClient.ts'
import { createBlockReader, type RpcHeader } from './blockReader.ts'
import type { ChainEvent } from './chainEvent.ts'
import { decodeEvents, type RpcLog } from './decodeEvents.ts'

/** A block that was handled, by which to go on. */
export type Cursor = { number: number; hash: Hex32 }

export type ChainBlock = Cursor & {
  parentHash: Hex32
  timestamp: UnixSeconds
  /** In order of the chain. */
  events: ChainEvent[]
}

export type WatchEventsParameters = {
  /**
   * Where to go on after: the last handled block, or several of the last ones, oldest first, so that
   * a reorg during a restart can be undone. Without it the feed starts at `fromBlock`.
   */
  cursor?: Cursor | readonly Cursor[] | undefined
  /** First block for a feed without a cursor; default 0. */
  fromBlock?: number | undefined
  /** Blocks on top of one before it is handed out; default that of the client. */
  confirmations?: number | undefined
  /** Pause between looks when no subscription works; default that of the client. */
  pollMs?: number | undefined
  signal: AbortSignal
  log?: Logger
  /** Awaited before the next block; an error ends the feed. */
  onBlock: (block: ChainBlock) => Promise<void> | void
  /** Blocks above this number were handed out and are no longer part of the chain. */
  onRollback: (toNumber: number) => Promise<void> | void
}

/** The chain has no block that the cursor knows: another chain, or a reorg deeper than the memory. */
export class ReorgTooDeepError extends BaseError {
  readonly code = 'REORG_TOO_DEEP'
  constructor({ oldest }: { oldest: Cursor }) {
    super(`The chain's block ${oldest.number} is not ${oldest.hash} any more.`, {
      meta: { number: oldest.number, hash: oldest.hash },
      hints: [
        'Was the chain replaced by another one? Then drop what was derived from it and start anew.',
      ],
      docs: 'reorg-too-deep',
    })
  }
}

// How far back a reorg can be undone without the consumer's own records.
const REMEMBERED = 256
// Up to so many blocks behind, each is fetched and linked to its parent.
const NEAR = 16

/**
 * Hands out every block with events of our contracts once, in order, and takes back those that a
 * reorg removed. Near the head it hands out empty blocks too; far behind it skips them in ranges.
 *
 * A block is handed out only if its parent is the one handed out before (or an ancestor that the
 * node confirmed in the same breath); nodes do not reliably announce removed logs.
 *
 * Resolves when the signal aborts. Outlasts a node that is away.
 *
 * @throws {ReorgTooDeepError} `REORG_TOO_DEEP`
 */
export async function watchEvents(
  client: ReadClient,
  parameters: WatchEventsParameters,
): Promise<void> {
  const { signal, pollMs, log = silentLogger } = parameters
  const feed = createFeed(client, parameters)
  let outage = false
  while (!signal.aborted) {
    const mark = client.heads.mark()
    try {
      const more = await feed.advance()
      outage = false
      if (more) continue
    } catch (error) {
      if (signal.aborted) return
      if (!isRetryable(error)) throw error
      if (!outage) log.warn('chain feed waits for the node', { error: String(error) })
      outage = true
    }
    await client.heads.next(mark, { signal, pollMs }).catch(() => {})
  }
}

function createFeed(client: ReadClient, parameters: WatchEventsParameters) {
  const { cursor, fromBlock = 0, confirmations = client.confirmations, signal } = parameters
  const { onBlock, onRollback } = parameters
  const reader = createBlockReader(client, signal)
  const seen: Cursor[] = cursor === undefined ? [] : [cursor].flat()
  /** Nothing was handed out but what is in `seen`. */
  let seesAll = cursor === undefined
  const lastNumber = () => seen.at(-1)?.number ?? fromBlock - 1

  const handOut = async (found: RpcHeader, logs: readonly RpcLog[]): Promise<void> => {
    signal.throwIfAborted()
    const block = toBlock(found, decodeEvents(logs, client.contracts))
    await onBlock(block)
    seen.push({ number: block.number, hash: block.hash })
    if (seen.length <= REMEMBERED) return
    seen.shift()
    seesAll = false
  }

  /** One step; true when there is more to do at once. */
  const advance = async (): Promise<boolean> => {
    const head = await reader.head()
    const from = lastNumber() + 1
    const target = Number(head.number) - confirmations
    if (target < from) return Number(head.number) <= lastNumber() ? leaveShorter(head) : false
    return target - from < NEAR ? advanceNear(from, target, head) : advanceFar(from, target)
  }

  const advanceNear = async (from: number, to: number, head: RpcHeader): Promise<boolean> => {
    const numbers = Array.from({ length: to - from + 1 }, (_, i) => from + i)
    const headers = await Promise.all(
      numbers.map((number) => (number === Number(head.number) ? head : reader.header(number))),
    )
    if (!isWhole(headers)) return false
    if (!follows(headers[0], seen.at(-1))) return rollBack()
    const logs = await reader.logsOfBlocks(headers)
    for (const [i, found] of headers.entries()) {
      const ofBlock = logs[i]
      if (ofBlock === undefined || !follows(found, seen.at(-1))) return true
      await handOut(found, ofBlock)
    }
    return false
  }

  const advanceFar = async (from: number, target: number): Promise<boolean> => {
    const to = Math.min(target, from + reader.rangeSize() - 1)
    const [newest, before] = await Promise.all([isNewestKept(), reader.header(to)])
    if (!newest) return rollBack()
    const logs = await reader.logsOfRange(from, to)
    if (logs === undefined) return true
    const numbers = [...new Set([...logs.map((log) => Number(log.blockNumber)), to])]
    const headers = await Promise.all(numbers.sort((a, b) => a - b).map(reader.header))
    if (!isWhole(headers)) return false
    // The same last block before and after the logs were read: they belong to its ancestors.
    const known = new Set(headers.map(({ hash }) => hash))
    if (before?.hash !== headers.at(-1)?.hash || logs.some((log) => !known.has(log.blockHash)))
      return true
    const byHash = Map.groupBy(logs, (log) => log.blockHash)
    for (const found of headers) await handOut(found, byHash.get(found.hash) ?? [])
    return true
  }

  const isNewestKept = async (): Promise<boolean> => {
    const newest = seen.at(-1)
    return newest === undefined || (await reader.header(newest.number))?.hash === newest.hash
  }

  /** A head not above what was handed out: a reorg, or only a node that lags behind another one. */
  const leaveShorter = async ({ number, hash }: RpcHeader): Promise<boolean> => {
    const ours = seen.find((cursor) => cursor.number === Number(number))
    return ours?.hash === hash ? false : await rollBack()
  }

  /** Finds the newest handled block that is still part of the chain and forgets those above it. */
  const rollBack = async (): Promise<boolean> => {
    for (let i = seen.length - 1; i >= 0; i--) {
      const candidate = seen[i] as Cursor
      if ((await reader.header(candidate.number))?.hash !== candidate.hash) continue
      if (i === seen.length - 1) return false
      seen.length = i + 1
      await onRollback(candidate.number)
      return true
    }
    const [oldest] = seen
    if (oldest !== undefined && !seesAll) throw new ReorgTooDeepError({ oldest })
    seen.length = 0
    await onRollback(fromBlock - 1)
    return true
  }

  return { advance }
}

function follows(header: RpcHeader | undefined, parent: Cursor | undefined): boolean {
  return parent === undefined || header?.parentHash === parent.hash
}

function isWhole(headers: (RpcHeader | null)[]): headers is RpcHeader[] {
  return headers.every((found) => found !== null)
}

function toBlock(found: RpcHeader, events: ChainEvent[]): ChainBlock {
  return {
    number: Number(found.number),
    hash: hex32(found.hash),
    parentHash: hex32(found.parentHash),
    timestamp: unixSeconds(Number(found.timestamp)),
    events,
  }
}
