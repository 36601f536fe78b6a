import { type Sql, statement } from '@millrace/database'
import { type MarketEvent, zMarketEvent } from '@millrace/wire'

/** An event with the id by which a reader goes on after a gap. */
export type NumberedEvent = { id: number; event: MarketEvent }

/**
 * Events with ids above `after`, oldest first. They say where to look again; how far a deal is comes
 * from its row as it is now. After a reorganisation some never happened: their ids are just missing.
 */
export async function readAnnouncements(
  sql: Sql,
  { after, limit }: { after: number; limit: number },
): Promise<NumberedEvent[]> {
  const rows = await sql.query<{ id: bigint; data: object; settled: bigint; volume: bigint }>(
    READ,
    [after, limit],
  )
  return rows.flatMap(({ id, data, settled, volume }) => {
    const progress = { settled: Number(settled), volume: Number(volume) }
    const event = zMarketEvent.safeParse({ ...progress, ...data })
    return event.success ? [{ id: Number(id), event: event.data }] : []
  })
}

/** Highest id so far; 0 when there was never an event. */
export async function readLastAnnouncementId(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ id: bigint }>(LAST)
  return Number(row?.id ?? 0n)
}

const READ = statement(
  'read-announcements',
  `select a.id, a.data, coalesce(d.settled, 0) as settled, coalesce(d.volume, 0) as volume
   from announcements a left join deals d on d.deal_id = a.data ->> 'dealId'
   where a.id > $1 order by a.id limit $2`,
)
const LAST = statement(
  'read-last-announcement',
  'select coalesce(max(id), 0) as id from announcements',
)
