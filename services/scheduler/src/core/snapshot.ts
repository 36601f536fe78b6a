import { bytesToHex, type Hex, hexToBytes, InvalidInputError, toJson } from '@millrace/base'
import { zDealTerms } from '@millrace/wire'
import type { Fact } from './facts.ts'
import {
  type Batch,
  createState,
  type Deal,
  type PoolState,
  type Task,
  type WorkerRecord,
} from './state.ts'
import { addTask } from './stateIndex.ts'

/** Rises when a change of the format needs old journals to be converted. */
export const JOURNAL_FORMAT = 2

/** The durable part of the state as JSON text. */
export function encodeState(state: PoolState): string {
  return toJson({
    format: JOURNAL_FORMAT,
    pool: state.pool,
    cursor: state.cursor,
    nextNonce: state.nextNonce,
    deals: [...state.deals.values()].map((deal) => ({
      ...deal,
      settledBits: bytesToHex(deal.settledBits),
      spoiledBits: bytesToHex(deal.spoiledBits),
    })),
    tasks: [...state.tasks.values()],
    batches: [...state.batches.values()].map((batch) => ({
      ...batch,
      tasks: [...batch.tasks],
      signatures: [...batch.signatures],
      reveals: [...batch.reveals],
      absent: [...batch.absent],
    })),
    workers: [...state.workers.values()],
  })
}

type Encoded = {
  format: number
  pool: PoolState['pool']
  cursor?: PoolState['cursor']
  nextNonce: number
  deals: (Omit<Deal, BitsKey | 'terms'> & Record<BitsKey, Hex> & { terms: unknown })[]
  tasks: Task[]
  batches: (Omit<Batch, 'tasks' | 'signatures' | 'reveals' | 'absent'> & {
    tasks: Task['taskId'][]
    signatures: [never, never][]
    reveals: [never, never][]
    absent: never[]
  })[]
  workers: WorkerRecord[]
}

type BitsKey = 'settledBits' | 'spoiledBits'

/**
 * Inverse of {@link encodeState}; the index is built anew, `live` is empty.
 *
 * @throws {InvalidInputError} when another version of this program wrote it.
 */
export function decodeState(text: string): PoolState {
  const encoded = JSON.parse(text) as Encoded
  if (encoded.format !== JOURNAL_FORMAT)
    throw new InvalidInputError({
      field: 'snapshot format',
      value: encoded.format,
      expected: `${JOURNAL_FORMAT}: the journal was written by another version of Millrace`,
    })
  const state = createState(encoded.pool)
  state.cursor = encoded.cursor
  state.nextNonce = encoded.nextNonce
  for (const deal of encoded.deals) addDeal(state, deal)
  for (const batch of encoded.batches)
    state.batches.set(batch.nonce, {
      ...batch,
      tasks: new Set(batch.tasks),
      signatures: new Map(batch.signatures),
      reveals: new Map(batch.reveals),
      absent: new Set(batch.absent),
    })
  for (const task of encoded.tasks) addTask(state, task)
  for (const worker of encoded.workers) state.workers.set(worker.worker, worker)
  return state
}

function addDeal(state: PoolState, encoded: Encoded['deals'][number]): void {
  const terms = zDealTerms.parse(encoded.terms)
  const settledBits = hexToBytes(encoded.settledBits)
  const deal: Deal = {
    ...encoded,
    terms,
    settledBits,
    spoiledBits: hexToBytes(encoded.spoiledBits),
  }
  state.deals.set(deal.dealId, deal)
  if (deal.status === 'open') state.index.openDeals.add(deal.dealId)
}

/** A turn's facts as JSON text. */
export function encodeFacts(facts: readonly Fact[]): string {
  return toJson(facts)
}

/** Inverse of {@link encodeFacts}; what this program wrote itself is not checked again. */
export function decodeFacts(text: string): Fact[] {
  return (JSON.parse(text) as Fact[]).map((fact) =>
    fact.kind === 'dealOpened' ? { ...fact, terms: zDealTerms.parse(fact.terms) } : fact,
  )
}
