import { createSerialQueue } from '@millrace/base'
import type { OutboxRow, OutboxStore, OutboxWriter } from './outboxStore.ts'

// Ids of the last rows that are kept for callers who send again or still wait.
const KEPT = 10_000

/** For tests and for clients that need not survive: a restart forgets everything. */
export function memoryOutboxStore(): OutboxStore {
  const scopes = new Map<string, Map<string, OutboxRow>>()
  const inTurn = createSerialQueue()

  const rowsOf = (scope: string): Map<string, OutboxRow> => {
    const rows = scopes.get(scope) ?? new Map<string, OutboxRow>()
    scopes.set(scope, rows)
    return rows
  }

  return {
    loadOpen: (scope) => Promise.resolve(openOf(rowsOf(scope))),
    findById: (scope, id) => Promise.resolve(rowsOf(scope).get(id)),
    findByHash: (scope, hash) =>
      Promise.resolve(
        [...rowsOf(scope).values()].find(({ forms }) => forms.some((form) => form.hash === hash)),
      ),
    exclusively: (scope, act) =>
      inTurn(async () => {
        const staged = new Map(rowsOf(scope))
        const result = await act(writerOf(staged))
        scopes.set(scope, forgetOldest(staged))
        return result
      }),
  }
}

function writerOf(rows: Map<string, OutboxRow>): OutboxWriter {
  return {
    loadOpen: () => openOf(rows),
    findById: (id) => rows.get(id),
    heldNonces: (from) =>
      new Set(
        [...rows.values()]
          .filter(({ state, nonce }) => state !== 'failed' && nonce >= from)
          .map(({ nonce }) => nonce),
      ),
    save: (row) => void rows.set(row.id, row),
    remove: (id) => void rows.delete(id),
  }
}

function openOf(rows: Map<string, OutboxRow>): OutboxRow[] {
  return [...rows.values()]
    .filter(({ state }) => state === 'open')
    .sort((a, b) => a.nonce - b.nonce)
}

function forgetOldest(rows: Map<string, OutboxRow>): Map<string, OutboxRow> {
  for (const [id, { state }] of rows) {
    if (rows.size <= KEPT) break
    if (state !== 'open') rows.delete(id)
  }
  return rows
}
