import type { FakeChain } from './fakeChain.ts'
import {
  type ChainBlock,
  type Cursor,
  type WatchEventsParameters,
  watchEvents,
} from './watchEvents.ts'

/** For tests: follows the feed as an indexer does and keeps what the chain says now. */
export function aConsumer(chain: FakeChain, parameters: Partial<WatchEventsParameters> = {}) {
  const stopping = new AbortController()
  const blocks: ChainBlock[] = []
  const rollbacks: number[] = []
  const done = watchEvents(chain.client, {
    signal: stopping.signal,
    onBlock: (block) => void blocks.push(block),
    onRollback: (toNumber) => {
      rollbacks.push(toNumber)
      while ((blocks.at(-1)?.number ?? -1) > toNumber) blocks.pop()
    },
    ...parameters,
  })
  // Tests that expect it await it themselves.
  done.catch(() => {})
  return {
    blocks,
    rollbacks,
    done,
    stop: () => stopping.abort(),
    amounts: () => blocks.flatMap(({ events }) => events.map(amountOf)),
    cursors: (): Cursor[] => blocks.map(({ number, hash }) => ({ number, hash })),
  }
}

function amountOf({ args }: ChainBlock['events'][number]): number {
  return 'amount' in args ? Number(args.amount) : -1
}
