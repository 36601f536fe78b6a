import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TxHash } from '@millrace/base'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { memoryOutboxStore } from '../outbox/memoryOutboxStore.ts'
import type { OutboxRow, OutboxStore } from '../outbox/outboxStore.ts'
import { sqliteOutboxStore } from './sqliteOutboxStore.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'millrace-outbox-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const hashOf = (n: number) => `0x${n.toString(16).padStart(64, '0')}` as TxHash
const aRow = (nonce: number, change: Partial<OutboxRow> = {}): OutboxRow => ({
  id: `id ${nonce}`,
  state: 'open',
  nonce,
  intent: { to: undefined, data: '0x1234', value: 5n, label: 'deploy' },
  gas: 21_000n,
  forms: [{ hash: hashOf(nonce), raw: '0x02ff', maxFeePerGas: 7n, maxPriorityFeePerGas: 1n }],
  signedAtBlock: 3,
  ...change,
})
const save = (store: OutboxStore, ...rows: OutboxRow[]) =>
  store.exclusively('scope', (writer) => {
    for (const row of rows) writer.save(row)
  })

describe.each([
  ['memory', () => memoryOutboxStore()],
  ['sqlite', () => sqliteOutboxStore(join(dir, 'sub', 'outbox.db'))],
])('%s store', (_, open) => {
  it('gives back what was saved, by nonce, id and any hash', async () => {
    const store = open()
    const bumped = aRow(2, { forms: [aRow(2).forms[0], { ...aRow(2).forms[0], hash: hashOf(9) }] })
    await save(store, bumped, aRow(1))
    expect(await store.loadOpen('scope')).toEqual([aRow(1), bumped])
    expect(await store.findById('scope', 'id 2')).toEqual(bumped)
    expect(await store.findByHash('scope', hashOf(9))).toEqual(bumped)
    expect(await store.findById('scope', 'id 3')).toBeUndefined()
    expect(await store.loadOpen('other scope')).toEqual([])
  })

  it('counts nonces of open and final rows, not of failed ones', async () => {
    const store = open()
    await save(store, aRow(1), aRow(2, { state: 'final' }), aRow(3, { state: 'failed' }))
    const held = await store.exclusively('scope', (writer) => writer.heldNonces(2))
    expect(held).toEqual(new Set([2]))
    expect((await store.loadOpen('scope')).map(({ nonce }) => nonce)).toEqual([1])
  })

  it('forgets what was written when the writer fails', async () => {
    const store = open()
    await expect(
      store.exclusively('scope', (writer) => {
        writer.save(aRow(1))
        throw new RangeError('stop')
      }),
    ).rejects.toThrow('stop')
    expect(await store.loadOpen('scope')).toEqual([])
  })

  it('shows nobody a row that is still being written', async () => {
    const store = open()
    const seen = await store.exclusively('scope', (writer) => {
      writer.save(aRow(1))
      return store.loadOpen('scope')
    })
    expect(seen).toEqual([])
  })

  it('removes a row with its hashes', async () => {
    const store = open()
    await save(store, aRow(1))
    await store.exclusively('scope', (writer) => writer.remove('id 1'))
    expect(await store.findByHash('scope', hashOf(1))).toBeUndefined()
  })
})

describe('sqlite store', () => {
  it('keeps its rows in the file', async () => {
    const path = join(dir, 'outbox.db')
    const first = sqliteOutboxStore(path)
    await save(first, aRow(1))
    first.close()
    expect(await sqliteOutboxStore(path).loadOpen('scope')).toEqual([aRow(1)])
  })

  it('lets several openers of one file write in turn', async () => {
    const path = join(dir, 'outbox.db')
    const stores = [sqliteOutboxStore(path), sqliteOutboxStore(path), sqliteOutboxStore(path)]
    const append = (store: OutboxStore) =>
      store.exclusively('scope', async (writer) => {
        const nonce = writer.loadOpen().length
        await new Promise((resolve) => setImmediate(resolve))
        writer.save(aRow(nonce))
      })
    await Promise.all(Array.from({ length: 30 }, (_, i) => append(stores[i % 3] as OutboxStore)))
    const rows = await (stores[0] as OutboxStore).loadOpen('scope')
    expect(rows.map(({ nonce }) => nonce)).toEqual(Array.from({ length: 30 }, (_, i) => i))
  })

  it('forgets final rows after a week, open ones never', async () => {
    const path = join(dir, 'outbox.db')
    let nowMs = 1_000
    const clock = { nowMs: () => nowMs, sleep: () => Promise.resolve() }
    const first = sqliteOutboxStore(path, { clock })
    await save(first, aRow(1, { state: 'final' }), aRow(2))
    first.close()
    nowMs += 8 * 24 * 3_600_000
    const second = sqliteOutboxStore(path, { clock })
    expect(await second.findById('scope', 'id 1')).toBeUndefined()
    expect(await second.findByHash('scope', hashOf(1))).toBeUndefined()
    expect(await second.loadOpen('scope')).toHaveLength(1)
  })
})
