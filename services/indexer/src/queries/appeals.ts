import type { Address, Hex32, ResultDigest, TaskId, UnixSeconds, Wei } from '@millrace/base'
import { ZERO_ADDRESS } from '@millrace/base'
import type { Sql } from '@millrace/database'
import type { AppealRow } from '@millrace/wire'
import { createFilter, type Page, type PageRequest, pageOf } from './page.ts'

export type AppealFilter = {
  dealId?: Hex32 | undefined
  pool?: Address | undefined
  appellant?: Address | undefined
  juror?: Address | undefined
  status?: AppealRow['status'] | undefined
}

/** Newest first. */
export async function readAppeals(
  sql: Sql,
  { dealId, pool, appellant, juror, status, after, limit }: AppealFilter & PageRequest,
): Promise<Page<AppealRow>> {
  const filter = createFilter()
  filter.where('a.deal_id = ?', dealId)
  filter.where('a.pool = ?', pool)
  filter.where('a.status = ?', status)
  filter.where('a.position < ?', after)
  filter.where('a.task_id in (select task_id from appeal_rounds where appellant = ?)', appellant)
  filter.where('a.task_id in (select task_id from jury_seats where juror = ?)', juror)
  const rows = await sql.query<Row>(
    `${SELECT} ${filter.clause()} order by a.position desc limit ${filter.place(limit + 1)}`,
    filter.values,
  )
  const page = pageOf(rows, limit, ({ position }) => `${position}`)
  return { ...page, items: page.items.map(toAppealRow) }
}

export async function readAppeal(sql: Sql, taskId: TaskId): Promise<AppealRow | undefined> {
  const [row] = await sql.query<Row>(`${SELECT} where a.task_id = $1`, [taskId])
  return row === undefined ? undefined : toAppealRow(row)
}

type Row = {
  task_id: TaskId
  deal_id: AppealRow['dealId']
  index: bigint
  pool: Address
  nonce: bigint
  digest: ResultDigest
  verdict: ResultDigest
  status: AppealRow['status']
  until: bigint
  judge: Address
  fee: Wei
  risk: Wei
  stake: Wei
  stood: boolean
  refund: Wei
  restored: Wei
  bounty: Wei
  surplus: Wei
  pot: Wei
  waiting: Wei
  position: bigint
  rounds: { appellant: Address; claimsFall: boolean; bond: string }[]
  voters: { worker: Address; digest: ResultDigest; held: string }[]
  juries: {
    juryId: Hex32
    wanted: number
    failed: boolean
    seats: { juror: Address; commitment: string; digest: string; replaced: boolean }[]
  }[]
}

// Amounts travel as text: JSON numbers of this size would lose digits.
const SELECT = `
  select a.*, coalesce((
      select jsonb_agg(jsonb_build_object('appellant', r.appellant, 'claimsFall', r.claims_fall,
        'bond', r.bond::text) order by r.round)
      from appeal_rounds r where r.task_id = a.task_id), '[]') as rounds,
    coalesce((
      select jsonb_agg(jsonb_build_object('worker', v.worker, 'digest', v.digest,
        'held', v.held::text) order by v.worker)
      from appeal_voters v where v.task_id = a.task_id), '[]') as voters,
    coalesce((
      select jsonb_agg(jsonb_build_object('juryId', j.jury_id, 'wanted', j.wanted,
        'failed', j.failed, 'seats', coalesce((
          select jsonb_agg(jsonb_build_object('juror', s.juror, 'commitment', s.commitment,
            'digest', s.digest, 'replaced', s.replaced) order by s.juror)
          from jury_seats s where s.task_id = j.task_id and s.number = j.number), '[]'))
        order by j.number)
      from juries j where j.task_id = a.task_id), '[]') as juries
  from appeals a`

function toAppealRow(row: Row): AppealRow {
  const { fee, risk, stake, refund, restored, bounty, surplus, pot, waiting } = row
  const isOver = row.status === 'closed'
  return {
    taskId: row.task_id,
    dealId: row.deal_id,
    index: Number(row.index),
    pool: row.pool,
    nonce: row.nonce,
    digest: row.digest,
    verdict: row.verdict,
    status: row.status,
    until: Number(row.until) as UnixSeconds,
    ...(row.judge === ZERO_ADDRESS ? {} : { arbiter: row.judge }),
    ...{ fee, risk, stake },
    rounds: row.rounds.map((round) => ({ ...round, bond: BigInt(round.bond) as Wei })),
    voters: row.voters.map((voter) => ({ ...voter, held: BigInt(voter.held) as Wei })),
    juries: row.juries.map(({ seats, ...jury }) => ({ ...jury, seats: seats.map(toSeat) })),
    ...(isOver
      ? { stood: row.stood, payout: { refund, restored, bounty, surplus, pot, waiting } }
      : {}),
  }
}

type Seat = AppealRow['juries'][number]['seats'][number]

function toSeat({
  juror,
  commitment,
  digest,
  replaced,
}: Row['juries'][number]['seats'][number]): Seat {
  if (replaced) return { juror, state: 'replaced' }
  if (digest !== '') return { juror, state: 'revealed', digest: digest as ResultDigest }
  return { juror, state: commitment === '' ? 'drawn' : 'committed' }
}
