import {
  type Clock,
  type Logger,
  type Random,
  randomHex32,
  retry,
  type TxHash,
} from '@millrace/base'
import type { LocalAccount } from 'viem'
import { checkChain, type ReadClient } from '../client/readClient.ts'
import { estimateGas } from './dispatch.ts'
import { createFees } from './fees.ts'
import { type OutboxContext, type OutboxSettings, readNonce } from './outboxContext.ts'
import { TransactionFailedError } from './outboxErrors.ts'
import type { Intent, OutboxStore } from './outboxStore.ts'
import { createPump, type Opened } from './pump.ts'
import { createWatchMemory } from './watchMemory.ts'
import { watchOpen } from './watchOpen.ts'

export type SendOptions = {
  /**
   * Idempotency id: sending again with the same id, also after a restart, gives the first
   * sending's transaction.
   */
  id?: string | undefined
  /** Ends the waiting; what was already stored is still sent. */
  signal?: AbortSignal | undefined
}

export type Outbox = {
  send(intent: Intent, options?: SendOptions): Promise<TxHash>
  formsOf(txHash: TxHash): Promise<TxHash[]>
}

export type OutboxDeps = {
  client: ReadClient
  account: LocalAccount
  store: OutboxStore
  clock: Clock
  random: Random
  log: Logger
  signal: AbortSignal
  settings?: Partial<OutboxSettings>
}

export const OUTBOX_DEFAULTS: OutboxSettings = {
  window: 16,
  bumpAfterBlocks: 6,
  maxFeePerGas: 500_000_000_000n,
  rebroadcastMs: 1_000,
  gapMs: 300,
}

/**
 * Sends transactions of one account so that none is lost and none is sent twice.
 *
 * An intent gets a nonce only after its dry run passed. Its signed form is stored before anybody
 * sees it; from then on the outbox sees to it that it is mined: it sends it again when the node
 * forgot it, pays more when blocks pass it over, takes a new nonce when a stranger used its own,
 * fills nonces that are missing below it, and starts all that again after a restart.
 *
 * @see docs/adr/0008-transaction-outbox.md
 */
export function createOutbox(deps: OutboxDeps): Outbox {
  const { client, store, clock, random, log, signal } = deps
  const memory = createWatchMemory()
  const opened = open(deps)
  // Told to the callers of send; without any, nobody misses it.
  opened.catch((error) => log.warn('outbox not ready', { error: String(error) }))
  let kick = () => {}
  const pump = createPump({ opened, memory, signal, onSent: () => kick() })
  const sending = new Map<string, Promise<TxHash>>()

  /** Looks after open rows until there are none and nothing waits to be sent. */
  const watchOnce = async ({ ctx }: Opened): Promise<'busy' | 'idle'> => {
    const { open } = await watchOpen(ctx, client.contracts, memory)
    if (pump.isEmpty()) return open === 0 ? 'idle' : 'busy'
    void pump.run()
    return 'busy'
  }

  const watch = async (): Promise<void> => {
    const opening = await opened
    let failing = false
    while (!signal.aborted) {
      const mark = client.heads.mark()
      const kicked = new Promise<void>((resolve) => {
        kick = resolve
      })
      const state = await watchOnce(opening).catch((error) => {
        if (!failing && !signal.aborted) log.warn('outbox watch failed', { error: String(error) })
        return 'failed' as const
      })
      failing = state === 'failed'
      await (state === 'idle' ? untilAborted(kicked, signal) : client.heads.next(mark, { signal }))
    }
  }
  watch().catch(() => {})

  const start = async (id: string, intent: Intent, isNew: boolean): Promise<TxHash> => {
    const { ctx } = await opened
    const row = isNew ? undefined : await store.findById(ctx.scope, id)
    if (row !== undefined && row.state !== 'failed') return row.forms[0].hash
    const gas = await retry(() => estimateGas(ctx, intent, client.contracts), {
      clock,
      signal,
      ...PATIENCE,
    })
    return pump.enqueue(id, intent, gas)
  }

  const send: Outbox['send'] = (intent, { id, signal: caller } = {}) => {
    const key = id ?? randomHex32(random)
    const running = sending.get(key)
    const result = running ?? start(key, intent, id === undefined)
    if (running === undefined) {
      sending.set(key, result)
      const forget = () => sending.delete(key)
      result.then(forget, forget)
    }
    return caller === undefined ? result : untilAborted(result, caller)
  }

  const formsOf: Outbox['formsOf'] = async (hash) => {
    const { ctx } = await opened
    const row = await store.findByHash(ctx.scope, hash)
    if (row === undefined) return [hash]
    const { failure, intent } = row
    if (row.state === 'failed' && failure !== undefined)
      throw new TransactionFailedError({ txHash: hash, label: intent.label, failure })
    return row.forms.map((form) => form.hash).reverse()
  }

  return { send, formsOf }
}

// A node that is being restarted is back within seconds.
const PATIENCE = { attempts: 8, firstDelayMs: 100, maxDelayMs: 2_000 }

/** Learns which chain this is and which nonces are taken. */
async function open(deps: OutboxDeps): Promise<Opened> {
  const { client, account, store, clock, log, signal, settings } = deps
  const address = account.address.toLowerCase() as OutboxContext['address']
  const genesis = await retry(
    async () => {
      await checkChain(client)
      return client.rpc<{ hash: string }>('eth_getBlockByNumber', ['0x0', false])
    },
    { clock, signal, ...PATIENCE, attempts: Number.POSITIVE_INFINITY },
  )
  const ctx: OutboxContext = {
    rpc: client.rpc,
    heads: client.heads,
    chainId: client.chainId,
    confirmations: client.confirmations,
    account,
    address,
    store,
    scope: `${client.chainId}:${genesis.hash}:${address}`,
    fees: createFees(client),
    clock,
    log,
    signal,
    settings: { ...OUTBOX_DEFAULTS, ...settings },
  }
  return { ctx, firstNonce: await readNonce(ctx, 'pending') }
}

function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
