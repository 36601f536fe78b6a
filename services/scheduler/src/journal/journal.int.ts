import { silentLogger, systemClock } from '@millrace/base'
import type { Database } from '@millrace/database'
import { migrate } from '@millrace/database'
import { hashDeal, oddsOfTrust } from '@millrace/protocol'
import { startTestDatabase, type TestDatabase } from '@millrace/testing'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { encodeState } from '../core/snapshot.ts'
import { LeadershipLostError } from '../errors.ts'
import { aDeal, CorePool, POOL } from '../testing/corePool.ts'
import { openJournal } from './journal.ts'
import { POOL_MIGRATIONS } from './migrations.ts'

let db: TestDatabase
let database: Database
const signal = new AbortController().signal

beforeAll(async () => {
  db = await startTestDatabase()
})
afterAll(() => db.stop())
beforeEach(async () => {
  database = await db.connect('pool')
  await migrate(database, POOL_MIGRATIONS)
  await database.query('truncate journal, snapshot, leader')
})

const open = () => openJournal(POOL, { database, clock: systemClock, log: silentLogger, signal })

/** A pool with some history. */
function aPool(): CorePool {
  const pool = new CorePool()
  pool.join(1)
  pool.join(2)
  pool.open(aDeal({ salt: 1, volume: 30, minOdds: oddsOfTrust(0.9) }))
  pool.open(aDeal({ salt: 2, volume: 30 }))
  return pool
}

it('finds after a restart what was appended, and nothing else', async () => {
  const pool = aPool()
  const { state, journal } = await open()
  expect(state.deals.size).toBe(0)
  await Promise.all(pool.facts.map((fact) => journal.append([fact])))
  const again = await open()
  expect(encodeState(again.state)).toBe(encodeState(pool.state))
})

it('keeps the facts of a turn together and turns in their order', async () => {
  const { journal } = await open()
  const first = aDeal({ salt: 7 })
  const opened = { kind: 'dealOpened', terms: first, atMs: 1 } as const
  const closed = {
    kind: 'dealClosed',
    dealId: hashDeal(first),
    status: 'expired',
    atMs: 2,
  } as const
  const appended = [journal.append([opened]), journal.append([closed])]
  await Promise.all(appended)
  const { state } = await open()
  expect(state.deals.get(hashDeal(first))?.status).toBe('expired')
})

it('fences off whoever wrote before', async () => {
  const before = await open()
  const after = await open()
  const fact = { kind: 'nonceSeen', nonce: 5 } as const
  await after.journal.append([fact])
  await expect(before.journal.append([fact])).rejects.toThrow(LeadershipLostError)
  expect((await open()).state.nextNonce).toBe(6)
})

it('replaces entries by a snapshot when there are many, without a gap', async () => {
  const pool = aPool()
  const { journal } = await open()
  await Promise.all(pool.facts.map((fact) => journal.append([fact])))
  const many = Array.from({ length: 20_000 }, () =>
    journal.append([{ kind: 'nonceSeen', nonce: 1 }]),
  )
  await journal.compact(pool.state)
  await Promise.all(many)
  const [row] = await database.query<{ count: bigint }>('select count(*) as count from journal')
  expect(Number(row?.count)).toBe(0)
  await journal.append([{ kind: 'nonceSeen', nonce: 99 }])
  const { state } = await open()
  expect(state.nextNonce).toBe(100)
  expect(state.tasks.size).toBe(pool.state.tasks.size)
})
