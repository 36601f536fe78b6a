import { ZERO_HEX32 } from '@millrace/base'
import { type Database, migrate, type Sql, type Statement } from '@millrace/database'
import { startTestDatabase, type TestDatabase } from '@millrace/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Change } from '../changes.ts'
import { handleBlock } from '../handlers/handleBlock.ts'
import { MARKET_MIGRATIONS } from '../tables/migrations.ts'
import { TABLES } from '../tables/tables.ts'
import {
  aContext,
  aDealId,
  aDigest,
  aHash,
  aMatch,
  anAddress,
  anEvent,
  type Block,
  packResults,
  someHistory,
  someTerms,
} from '../testEvents.ts'
import { applyToModel, emptyModel, type Model } from '../testModel.ts'
import { readTables } from '../testTables.ts'
import { applyBlock } from './applyBlock.ts'
import { type BlockRef, readBlockRefs, readCursor } from './cursor.ts'
import { resetTables } from './resetTables.ts'
import { rollbackTo } from './rollbackTo.ts'

let server: TestDatabase
let database: Database

beforeAll(async () => {
  server = await startTestDatabase()
  database = await server.connect('market')
  await migrate(database, MARKET_MIGRATIONS)
})
afterAll(() => server.stop())
beforeEach(() => reset())

const START: BlockRef = { number: 0, hash: ZERO_HEX32 }
const reset = () => resetTables(database, { chain: 'test', start: START })

async function apply(
  blocks: readonly Block[],
  from: BlockRef,
  reorgDepth = 1000,
): Promise<BlockRef> {
  let at = from
  for (const { number, hash, events } of blocks) {
    const changes = handleBlock(events, aContext(number))
    await applyBlock(database, { from: at, to: { number, hash }, changes, reorgDepth })
    at = { number, hash }
  }
  return at
}

/** A block in which the pool settles `count` tasks of deal 1. */
function aSettlement(number: number, { first, count }: { first: number; count: number }): Block {
  const results = Array.from({ length: count }, (_, i) => ({
    index: first + i,
    digest: aDigest(i),
  }))
  const args = {
    dealId: aDealId(1),
    pool: anAddress(11),
    nonce: BigInt(number),
    results: packResults(results),
  }
  return { number, hash: aHash(number), events: [anEvent('TasksSettled', args)] }
}

/** Names of the statements that the database runs while a block is applied, in their order. */
async function statementsOf({ number, hash, events }: Block, from: BlockRef): Promise<string[]> {
  const names: string[] = []
  const note = (sql: Sql): Sql => {
    const name = (said: string | Statement) =>
      names.push(typeof said === 'string' ? said : said.name)
    return {
      query: (said, values) => {
        name(said)
        return sql.query(said, values)
      },
      execute: (said, values) => {
        name(said)
        return sql.execute(said, values)
      },
    }
  }
  const noted: Database = {
    ...database,
    ...note(database),
    transaction: (act, options) => database.transaction((sql) => act(note(sql)), options),
  }
  const changes = handleBlock(events, aContext(number))
  await applyBlock(noted, { from, to: { number, hash }, changes, reorgDepth: 1000 })
  return names
}

/** What the model says after each block, by block number. */
function modelsOf(blocks: readonly Block[]): Model[] {
  const models = [emptyModel()]
  for (const { number, events } of blocks) {
    const changes: Change[] = events.flatMap((event) => handleBlock([event], aContext(number)).rows)
    models.push(applyToModel(models.at(-1) as Model, changes))
  }
  return models
}

/** The model in the order and the types in which the database answers. */
function expectTables(model: Model, tables: Record<string, unknown[]>): void {
  for (const [table, rows] of Object.entries(model)) {
    const sorted = [...rows.values()].map(storedForm)
    expect(tables[table], table).toHaveLength(sorted.length)
    expect(tables[table], table).toEqual(expect.arrayContaining(sorted))
  }
}

function storedForm(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => {
      if (column === 'terms') return [column, JSON.parse(String(value))]
      return [column, typeof value === 'number' ? BigInt(value) : value]
    }),
  )
}

describe('the store', () => {
  it('has exactly the columns that the table list says', async () => {
    for (const [table, { key, columns }] of Object.entries(TABLES)) {
      const found = await database.query<{ name: string; type: string }>(
        `select attname as name, atttypid::regtype::text as type from pg_attribute
         where attrelid = $1::regclass and attnum > 0 and not attisdropped`,
        [table],
      )
      const types = Object.fromEntries(found.map(({ name, type }) => [name, SHORT[type] ?? type]))
      expect(types, table).toEqual({ ...key, ...columns })
    }
  })

  it('agrees with the model after any history, and goes back to any block of it', async () => {
    await fc.assert(
      fc.asyncProperty(someHistory(6), fc.nat(6), async (blocks, back) => {
        await reset()
        const models = modelsOf(blocks)
        const head = await apply(blocks, START)
        expectTables(models.at(-1) as Model, await readTables(database))

        const target = Math.min(back, blocks.length)
        const at = await rollbackTo(database, target)
        expectTables(models[target] as Model, await readTables(database))
        expect(at.hash).toBe(blocks[target - 1]?.hash ?? ZERO_HEX32)

        // Once more forward: what the rollback left must not stand in the way.
        expect(await apply(blocks.slice(target), at)).toEqual(head)
        expectTables(models.at(-1) as Model, await readTables(database))
      }),
      { numRuns: 25 },
    )
  })

  it('leaves no announcement of a block that was taken back', async () => {
    const first = { number: 1, hash: aHash(1), events: [aMatch(aDealId(1))] }
    const second = { number: 2, hash: aHash(2), events: [aMatch(aDealId(2))] }
    await apply([first, second], START)
    await rollbackTo(database, 1)
    const rows = await database.query<{ data: { dealId: string } }>(
      'select data from announcements',
    )
    expect(rows.map(({ data }) => data.dealId)).toEqual([aDealId(1)])
  })

  it('does nothing when the tables stand elsewhere than the feed believes', async () => {
    const block = { number: 1, hash: aHash(1), events: [aMatch(aDealId(1))] }
    await expect(apply([block], { number: 7, hash: aHash(7) })).rejects.toMatchObject({
      code: 'INDEX_CURSOR_MOVED',
    })
    expect(await readCursor(database)).toMatchObject(START)
    expect(await database.query('select 1 from deals')).toEqual([])
  })

  it('keeps a journal of the depth asked for and refuses to go back further', async () => {
    const blocks = Array.from({ length: 200 }, (_, i) => ({
      number: i + 1,
      hash: aHash(i + 1),
      events: [anEvent('Deposited', { account: anAddress(1), amount: 5n as never })],
    }))
    await apply(blocks, START, 20)
    const [undo] = await database.query<{ count: bigint }>('select count(*) as count from undo')
    expect(Number(undo?.count)).toBeLessThanOrEqual(84)
    expect((await readBlockRefs(database)).length).toBeLessThanOrEqual(84)
    await expect(rollbackTo(database, 10)).rejects.toMatchObject({
      code: 'INDEX_JOURNAL_TOO_SHORT',
    })
    await rollbackTo(database, 190)
    const [row] = await database.query<{ free: bigint }>('select free from accounts')
    expect(row?.free).toBe(950n)
  })

  it('writes a block of a thousand settled tasks with as many statements as one of ten', async () => {
    const opened = {
      number: 1,
      hash: aHash(1),
      events: [aMatch(aDealId(1), someTerms({ volume: 2000 }))],
    }
    const warm = await apply([opened, aSettlement(2, { first: 0, count: 1 })], START)
    const few = await statementsOf(aSettlement(3, { first: 1, count: 10 }), warm)
    const many = await statementsOf(
      aSettlement(4, { first: 11, count: 1000 }),
      aSettlement(3, { first: 1, count: 10 }),
    )
    expect(many).toEqual(few)
    const [row] = await database.query<{ settled: bigint }>('select settled from deals')
    expect(row?.settled).toBe(1011n)
  })
})

const SHORT: Record<string, string> = { bigint: 'int8', boolean: 'bool' }
