import { type Address, seededRandom, silentLogger } from '@millrace/base'
import { privateKeyToAccount } from 'viem/accounts'
import { NO_CONTRACTS } from '../client/contracts.ts'
import type { ReadClient } from '../client/readClient.ts'
import { FakeNode } from './fakeNode.ts'
import { memoryOutboxStore } from './memoryOutboxStore.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import type { OutboxSettings } from './outboxContext.ts'
import type { Intent, OutboxStore } from './outboxStore.ts'

export const account = privateKeyToAccount(`0x${'11'.repeat(32)}`)

export type OutboxSetup = {
  node?: FakeNode
  store?: OutboxStore
  confirmations?: number
  settings?: Partial<OutboxSettings>
}

let outboxes = 0

/** For tests: an outbox on a fake node; `stop` leaves it as a killed process would. */
export function anOutbox({
  node = aNode(),
  store = memoryOutboxStore(),
  confirmations = 0,
  settings = {},
}: OutboxSetup = {}) {
  const stopping = new AbortController()
  const client: ReadClient = {
    rpcUrl: 'http://fake',
    chainId: 31_337,
    contracts: NO_CONTRACTS,
    // Looked up at each call, so that a test may replace it.
    rpc: (...call) => node.rpc(...call),
    heads: node.heads,
    confirmations,
    clock: node.clock,
  }
  const outbox: Outbox = createOutbox({
    client,
    account,
    store,
    clock: node.clock,
    random: seededRandom(++outboxes),
    log: silentLogger,
    signal: stopping.signal,
    settings,
  })
  return { outbox, node, store, stop: () => stopping.abort() }
}

export const aNode = () => new FakeNode(account.address.toLowerCase() as Address)

/** Intents are told apart by their call data. */
export const anIntent = (n: number): Intent => ({
  to: `0x${'22'.repeat(20)}` as Address,
  data: `0x${n.toString(16).padStart(4, '0')}`,
  value: 0n,
  label: `intent ${n}`,
})
