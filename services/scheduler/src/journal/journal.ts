import { type Address, type Clock, type Logger, retry } from '@millrace/base'
import { createGroupCommit, type Database, statement } from '@millrace/database'
import { apply } from '../core/apply.ts'
import type { Fact } from '../core/facts.ts'
import { decodeFacts, decodeState, encodeFacts, encodeState } from '../core/snapshot.ts'
import { createState, type PoolState } from '../core/state.ts'
import { LeadershipLostError } from '../errors.ts'

export type JournalDeps = { database: Database; clock: Clock; log: Logger; signal: AbortSignal }

export type Journal = {
  /** Resolves when the facts of a turn are durable; turns become durable in the order of the calls. */
  append(facts: readonly Fact[]): Promise<void>
  /** Writes the state down when enough has been appended, and drops what it makes superfluous. */
  compact(state: PoolState): Promise<void>
}

/** A group is written at most this large; more waits for the next. */
const GROUP_ENTRIES = 256
/** Entries and text since the last snapshot that call for a new one. */
const COMPACT_ENTRIES = 20_000
const COMPACT_CHARS = 32 << 20

/**
 * Opens the journal of a pool as its only writer: whoever wrote before is fenced off by a higher
 * epoch.
 *
 * @returns The state as of the last durable turn.
 */
export async function openJournal(
  pool: Address,
  deps: JournalDeps,
): Promise<{ state: PoolState; journal: Journal }> {
  const { database } = deps
  const [row] = await database.query<{ epoch: bigint }>(NEXT_EPOCH, [pool])
  const epoch = row?.epoch ?? 1n
  const { state, seq, entries } = await load(database, pool)
  deps.log.info('journal opened', { entries, tasks: state.tasks.size, deals: state.deals.size })
  return { state, journal: createJournal({ pool, epoch, seq }, deps) }
}

async function load(
  database: Database,
  pool: Address,
): Promise<{ state: PoolState; seq: bigint; entries: number }> {
  const [snapshot] = await database.query<{ seq: bigint; state: string }>(READ_SNAPSHOT, [pool])
  const state = snapshot === undefined ? createState(pool) : decodeState(snapshot.state)
  let seq = snapshot?.seq ?? 0n
  let entries = 0
  for (;;) {
    const rows = await database.query<{ seq: bigint; facts: string }>(READ_JOURNAL, [pool, seq])
    for (const row of rows) {
      for (const fact of decodeFacts(row.facts)) apply(state, fact)
      seq = row.seq
    }
    entries += rows.length
    if (rows.length === 0) return { state, seq, entries }
  }
}

type Position = { pool: Address; epoch: bigint; seq: bigint }
type Entry = { seq: bigint; facts: string }

function createJournal(position: Position, { database, clock, log, signal }: JournalDeps): Journal {
  const { pool, epoch } = position
  let { seq } = position
  let since = { entries: 0, chars: 0 }
  let isCompacting = false
  let last: Promise<void> = Promise.resolve()
  const patiently = <T>(act: () => Promise<T>): Promise<T> =>
    retry(act, { clock, attempts: Infinity, firstDelayMs: 50, maxDelayMs: 1000, signal })

  const group = createGroupCommit<Entry>({
    maxItems: GROUP_ENTRIES,
    windowMs: 0,
    clock,
    write: (entries) => patiently(() => insert(database, { pool, epoch, entries })),
  })

  const compactNow = async (text: string, at: bigint): Promise<void> => {
    // What the snapshot holds must be durable before the entries it replaces go.
    await last
    await patiently(() =>
      database.transaction(async (sql) => {
        const leads = await sql.execute(WRITE_SNAPSHOT, [pool, at, text, epoch])
        if (leads === 0) throw new LeadershipLostError({ pool })
        await sql.execute(DROP_JOURNAL, [pool, at])
      }),
    )
    log.debug('journal compacted', { seq: at, chars: text.length })
  }

  return {
    append: (facts) => {
      const entry = { seq: ++seq, facts: encodeFacts(facts) }
      since = { entries: since.entries + 1, chars: since.chars + entry.facts.length }
      last = group.append(entry)
      return last
    },
    compact: async (state) => {
      const isDue = since.entries >= COMPACT_ENTRIES || since.chars >= COMPACT_CHARS
      if (isCompacting || !isDue) return
      isCompacting = true
      since = { entries: 0, chars: 0 }
      try {
        await compactNow(encodeState(state), seq)
      } finally {
        isCompacting = false
      }
    },
  }
}

/** Writing the same entries again, after an answer was lost, changes nothing. */
async function insert(
  database: Database,
  { pool, epoch, entries }: { pool: Address; epoch: bigint; entries: readonly Entry[] },
): Promise<void> {
  const seqs = entries.map((entry) => entry.seq)
  const facts = entries.map((entry) => entry.facts)
  const written = await database.execute(INSERT_JOURNAL, [pool, epoch, seqs, facts])
  if (written === entries.length) return
  const [row] = await database.query<{ count: bigint }>(COUNT_OWN, [pool, epoch, seqs])
  if (Number(row?.count ?? 0) !== entries.length) throw new LeadershipLostError({ pool })
}

const NEXT_EPOCH = statement(
  'pool-next-epoch',
  `insert into leader(pool, epoch) values ($1, 1)
   on conflict (pool) do update set epoch = leader.epoch + 1 returning epoch`,
)
const READ_SNAPSHOT = statement(
  'pool-read-snapshot',
  'select seq, state from snapshot where pool = $1',
)
const READ_JOURNAL = statement(
  'pool-read-journal',
  'select seq, facts from journal where pool = $1 and seq > $2 order by seq limit 1000',
)
const INSERT_JOURNAL = statement(
  'pool-insert-journal',
  `insert into journal(pool, seq, epoch, facts)
   select $1, entry.seq, $2, entry.facts
   from unnest($3::bigint[], $4::text[]) as entry(seq, facts)
   where exists (select 1 from leader where pool = $1 and epoch = $2 for share)
   on conflict (pool, seq) do nothing`,
)
const COUNT_OWN = statement(
  'pool-count-own',
  'select count(*) as count from journal where pool = $1 and epoch = $2 and seq = any($3::bigint[])',
)
const WRITE_SNAPSHOT = statement(
  'pool-write-snapshot',
  `insert into snapshot(pool, seq, state)
   select $1, $2, $3 where exists (select 1 from leader where pool = $1 and epoch = $4 for share)
   on conflict (pool) do update set seq = excluded.seq, state = excluded.state, taken_at = now()`,
)
const DROP_JOURNAL = statement(
  'pool-drop-journal',
  'delete from journal where pool = $1 and seq <= $2',
)
