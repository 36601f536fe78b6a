import {
  type Address,
  BaseError,
  canonicalJson,
  errorToJson,
  type Hex32,
  type TxHash,
  type UnixSeconds,
} from '@millrace/base'
import {
  ContractError,
  commitBatch,
  giveLocations,
  readEvents,
  type SendOptions,
  settleBatch,
  settleTrusted,
  type WriteClient,
  waitForSuccess,
} from '@millrace/chain'
import { type BlobStore, cidToContent } from '@millrace/storage'
import type { Locations } from '@millrace/wire'
import type { Effect } from '../core/effects.ts'
import type { PoolEvent, TransactionKind } from '../core/events.ts'

export type TransactionEffect = Extract<Effect, { kind: TransactionKind }>

export type TransactionDeps = {
  client: WriteClient
  pool: Address
  storage: BlobStore
  signal: AbortSignal
}

type Failed = Extract<PoolEvent, { kind: 'transactionFailed' }>

/**
 * Refusals that time can mend: the chain's events tell what became of the batch, a node lags behind,
 * an operator is made one again, a worker has just revealed on chain.
 */
const PASSING = new Set([
  'NONCE_USED',
  'BATCH_NOT_COMMITTED',
  'NOT_OPERATOR',
  'REVEAL_WINDOW_OPEN',
  'REVEALED_ON_CHAIN',
])

/**
 * Sends a batch's transaction and waits until it is mined; success is told by the chain's events.
 * The id makes a second sending, also after a restart, the same transaction.
 *
 * @returns The failure, if it failed.
 */
export async function transact(
  deps: TransactionDeps,
  effect: TransactionEffect,
): Promise<Failed | undefined> {
  const { client, pool, signal } = deps
  const { kind: transaction, nonce, attempt } = effect
  try {
    const options = { id: `${pool}/${nonce}/${transaction}/${attempt}`, signal }
    const txHash = await send(deps, effect, options)
    await waitForSuccess(client, txHash, { signal })
    return undefined
  } catch (error) {
    if (!(error instanceof BaseError)) throw error
    const { code, message } = errorToJson(error)
    const isOthers = code === 'ROOT_MISMATCH' && (await correctLocations(deps, effect))
    const isFinal = error instanceof ContractError && !PASSING.has(code) && !isOthers
    return { kind: 'transactionFailed', transaction, nonce, code, message, isFinal }
  }
}

async function send(
  { client, pool, storage, signal }: TransactionDeps,
  effect: TransactionEffect,
  options: SendOptions,
): Promise<TxHash> {
  const nonce = BigInt(effect.nonce)
  if (effect.kind === 'commitBatch')
    return await commitBatch(client, { pool, nonce, root: effect.root }, options)
  const locations = await putLocations(storage, effect.locations, signal)
  const { parts } = effect
  if (effect.kind === 'settleTrusted')
    return await settleTrusted(
      client,
      { pool, nonce, locations, parts, payees: effect.payees },
      options,
    )
  const committedAt = effect.committedAt as UnixSeconds
  const { workers, absent } = effect
  const batch = { pool, nonce, committedAt, locations, parts, workers, absent }
  return await settleBatch(client, batch, options)
}

/**
 * Anybody may settle a batch, and name locations where there is nothing: then the pool says them again.
 *
 * @returns False if nobody has settled it.
 */
async function correctLocations(
  { client, pool, storage, signal }: TransactionDeps,
  effect: TransactionEffect,
): Promise<boolean> {
  if (effect.kind !== 'settleBatch') return false
  const nonce = BigInt(effect.nonce)
  const where = { pool, nonce }
  const wanted = { contract: 'work', name: 'BatchSettled', where, fromBlock: 0 } as const
  const [settled] = await readEvents(client, wanted, { signal })
  if (settled === undefined) return false
  const locations = await putLocations(storage, effect.locations, signal)
  if (settled.args.locations === locations) return true
  const options = { id: `${pool}/${nonce}/giveLocations`, signal }
  const txHash = await giveLocations(client, { pool, nonce, locations }, options)
  await waitForSuccess(client, txHash, { signal })
  return true
}

/** The block that maps a batch's tasks to their bytes; the same tasks give the same block. */
async function putLocations(
  storage: BlobStore,
  locations: Locations,
  signal: AbortSignal,
): Promise<Hex32> {
  const block = new TextEncoder().encode(canonicalJson(locations))
  const { cid } = await storage.put(block, { signal })
  return cidToContent(cid).content
}
