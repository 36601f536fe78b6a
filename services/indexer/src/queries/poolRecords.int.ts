import { type Database, migrate } from '@millrace/database'
import { startTestDatabase, type TestDatabase } from '@millrace/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MARKET_MIGRATIONS } from '../tables/migrations.ts'
import { anAddress, someTerms } from '../testEvents.ts'
import { readPoolRecords } from './poolRecords.ts'

let server: TestDatabase
let database: Database
beforeAll(async () => {
  server = await startTestDatabase()
  database = await server.connect('market')
  await migrate(database, MARKET_MIGRATIONS)
})
afterAll(() => server.stop())

const [POOL, QUIET, APP] = [anAddress(1), anAddress(2), anAddress(3)]
const OPENED = 1_000
let position = 0

async function insertDeal(deal: {
  settled?: number
  spoiled?: number
  late?: number
  expired?: boolean
  batches?: number[]
}) {
  const { settled = 4, spoiled = 0, late = 0, expired = false, batches = [] } = deal
  const id = `deal ${++position}`
  const terms = JSON.stringify({ expiresAt: someTerms().expiresAt })
  await database.query(
    `insert into deals (deal_id, terms, request_hash, requester, app, pool, volume, cost_per_task,
      opened_at, match_tx, match_gas, position, settled, spoiled, late, expired)
      values ($1, $2, '', '', $3, $4, 4, 1, $5, '', 0, $6, $7, $8, $9, $10)`,
    [id, terms, APP, POOL, OPENED, position, settled, spoiled, late, expired],
  )
  for (const settledAt of batches) {
    await database.query(
      'insert into batches (pool, nonce, settled_at, position) values ($1, $2::bigint, $3, $2::bigint)',
      [POOL, ++position, settledAt],
    )
    await database.query('insert into batch_deals (pool, nonce, deal_id) values ($1, $2, $3)', [
      POOL,
      position,
      id,
    ])
  }
}

async function insertVotes(nonce: number, passed: number, faults: number) {
  await database.query(
    'insert into batches (pool, nonce, position) values ($1, $2::bigint, $2::bigint) on conflict do nothing',
    [POOL, nonce],
  )
  await database.query(
    'insert into batch_workers (pool, nonce, worker, passed, faults) values ($1, $2, $3, $4, $5)',
    [POOL, nonce, anAddress(9), passed, faults],
  )
}

describe('readPoolRecords', () => {
  it('tells of deals that are over how long they took and what was in time', async () => {
    await insertDeal({ batches: [1_020, 1_050] })
    await insertDeal({ settled: 1 })
    await insertDeal({ settled: 3, spoiled: 1, late: 1, batches: [1_300] })
    await insertDeal({ settled: 2, expired: true, batches: [1_010] })
    const deadline = someTerms().expiresAt - OPENED
    const records = await readPoolRecords(database, [POOL, QUIET])
    const deal = { app: APP, volume: 4 }
    expect(records.get(POOL)?.deals).toEqual([
      { ...deal, inTime: 2, tookSec: deadline },
      { ...deal, inTime: 2, tookSec: 300 },
      { ...deal, inTime: 4, tookSec: 50 },
    ])
    expect(records.get(QUIET)).toEqual({ deals: [], rightVotes: 0, wrongVotes: 0 })
  })

  it('does not know how long a deal took of which nothing settled', async () => {
    await insertDeal({ settled: 0, spoiled: 4 })
    const [deal] = (await readPoolRecords(database, [POOL])).get(POOL)?.deals ?? []
    expect(deal).toEqual({ app: APP, volume: 4, inTime: 0, tookSec: undefined })
  })

  it('counts the votes of the latest 200 batches', async () => {
    await insertVotes(500, 1_000, 7)
    for (let nonce = 1_001; nonce <= 1_200; nonce++) await insertVotes(nonce, 3, nonce % 2)
    const record = (await readPoolRecords(database, [POOL])).get(POOL)
    expect(record).toMatchObject({ rightVotes: 600, wrongVotes: 100 })
  })

  it('looks at the latest 50 deals only', async () => {
    for (let i = 0; i < 50; i++) await insertDeal({ batches: [1_007] })
    const deals = (await readPoolRecords(database, [POOL])).get(POOL)?.deals
    expect(deals?.map(({ tookSec }) => tookSec)).toEqual(Array.from({ length: 50 }, () => 7))
  })
})
