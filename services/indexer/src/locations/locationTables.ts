import { type DealId, type Hex32, ZERO_HEX32 } from '@millrace/base'
import type { Database, Sql } from '@millrace/database'
import { writeAnnouncements } from '../store/applyBlock.ts'
import type { Location } from './locationsBlock.ts'

/** Digests of settled batches whose locations block has not been read yet, newest batch first. */
export async function readMissingLocations(sql: Sql): Promise<Hex32[]> {
  const rows = await sql.query<{ locations: Hex32 }>(
    `select b.locations from batches b left join location_blocks l on l.digest = b.locations
     where b.locations <> $1 and l.digest is null
     group by b.locations order by max(b.position) desc limit 1000`,
    [ZERO_HEX32],
  )
  return rows.map(({ locations }) => locations)
}

/** Keeps what a locations block says, and announces the deals whose tasks can now be fetched. */
export async function writeLocations(
  database: Database,
  { digest, locations }: { digest: Hex32; locations: readonly Location[] | undefined },
): Promise<void> {
  await database.transaction(async (sql) => {
    await sql.execute(
      'insert into location_blocks (digest, state) values ($1, $2) on conflict do nothing',
      [digest, locations === undefined ? 'invalid' : 'found'],
    )
    if (locations === undefined) return
    await sql.execute(
      `insert into locations (digest, task_id, cid)
       select $1, * from unnest($2::text[], $3::text[]) on conflict do nothing`,
      [digest, locations.map(({ taskId }) => taskId), locations.map(({ cid }) => cid)],
    )
    const deals = await sql.query<{ deal_id: DealId }>(
      `select distinct d.deal_id from batches b join batch_deals d using (pool, nonce)
       where b.locations = $1`,
      [digest],
    )
    const notices = deals.map(({ deal_id }) => ({ kind: 'tasks' as const, dealId: deal_id }))
    await writeAnnouncements(sql, { notices })
  })
}
