import type { Address, Hex32, UnixSeconds, Wei } from '@millrace/base'
import { wei } from '@millrace/base'
import type { Sql } from '@millrace/database'
import { contentToCid } from '@millrace/storage'
import type { AccountRow, AssetRow, WorkerRow } from '@millrace/wire'
import { createFilter, type Page, type PageRequest, pageOf } from './page.ts'

/** An asset without its price, which the order book knows. */
export type IndexedAsset = Omit<AssetRow, 'price'>

export type AssetFilter = {
  kind: AssetRow['kind']
  owner?: Address | undefined
  assets?: readonly Address[] | undefined
}

/** Newest first. */
export async function readAssets(
  sql: Sql,
  { kind, owner, assets, after, limit }: AssetFilter & PageRequest,
): Promise<Page<IndexedAsset>> {
  const filter = createFilter()
  filter.where('codec = any(?)', CODECS)
  filter.where('kind = ?', kind)
  filter.where('owner = ?', owner)
  filter.where('asset = any(?)', assets)
  filter.where('position < ?', after)
  const rows = await sql.query<AssetRecord>(
    `select * from assets ${filter.clause()} order by position desc limit ${filter.place(limit + 1)}`,
    filter.values,
  )
  const page = pageOf(rows, limit, ({ position }) => `${position}`)
  return { ...page, items: page.items.map(toAsset) }
}

export async function readAssetById(sql: Sql, asset: Address): Promise<IndexedAsset | undefined> {
  const [row] = await sql.query<AssetRecord>('select * from assets where asset = $1', [asset])
  return row === undefined ? undefined : toAsset(row)
}

/** Every worker that ever bonded or worked, those with most tasks first. */
export async function readWorkers(
  sql: Sql,
  { after, limit }: PageRequest,
): Promise<Page<WorkerRow>> {
  const [tasks, worker] = after?.split('-') ?? []
  const filter = createFilter()
  if (tasks !== undefined && worker !== undefined)
    filter.where(`(-tasks, worker) > (-(?::bigint), ${filter.place(worker)})`, tasks)
  const rows = await sql.query<WorkerRecord>(
    `select * from workers ${filter.clause()} order by -tasks, worker limit ${filter.place(limit + 1)}`,
    filter.values,
  )
  const page = pageOf(rows, limit, (row) => `${row.tasks}-${row.worker}`)
  return { ...page, items: page.items.map(toWorker) }
}

export async function readWorker(sql: Sql, worker: Address): Promise<WorkerRow | undefined> {
  const [row] = await sql.query<WorkerRecord>('select * from workers where worker = $1', [worker])
  return row === undefined ? undefined : toWorker(row)
}

/** What the registry has of each of these assets, as their owners wrote it. */
export async function readAssetAds(
  sql: Sql,
  assets: readonly Address[],
): Promise<ReadonlyMap<Address, string>> {
  const rows = await sql.query<{ asset: Address; ad: string }>(
    'select asset, ad from assets where asset = any($1)',
    [assets],
  )
  return new Map(rows.map(({ asset, ad }) => [asset, ad]))
}

/** Balances in escrow; an account that never used it has none. */
export async function readAccountRow(sql: Sql, account: Address): Promise<AccountRow> {
  const [row] = await sql.query<Omit<AccountRow, 'account'>>(
    'select free, locked, maturing, earned, spent from accounts where account = $1',
    [account],
  )
  const none = wei(0n)
  return { account, free: none, locked: none, maturing: none, earned: none, spent: none, ...row }
}

// Raw and dag-pb: what storage can fetch. An asset of another codec can never be used by anybody.
const CODECS = [0x55, 0x70]

type AssetRecord = {
  asset: Address
  kind: AssetRow['kind']
  owner: Address
  content: Hex32
  codec: bigint
  uri: string
  ad: string
  registered_at: bigint
  position: bigint
}

function toAsset({ codec, registered_at, position: _, ...row }: AssetRecord): IndexedAsset {
  return {
    ...row,
    codec: Number(codec),
    cid: contentToCid({ content: row.content, codec: Number(codec) }),
    registeredAt: Number(registered_at) as UnixSeconds,
  }
}

type WorkerRecord = {
  worker: Address
  bond: Wei
  checks: bigint
  faults: bigint
  banned_until: bigint
  earned: Wei
  tasks: bigint
}

function toWorker({ worker, bond, earned, ...row }: WorkerRecord): WorkerRow {
  return {
    worker,
    bond,
    checks: Number(row.checks),
    faults: Number(row.faults),
    bannedUntil: Number(row.banned_until) as UnixSeconds,
    earned,
    tasks: Number(row.tasks),
  }
}
