/**
 * Tables that events fill, all in schema `market`, and how their columns travel as array parameters.
 * `key` names a row. Tables of kind `state` change in place and are journalled before each change;
 * those of kind `append` only grow, each row with its `block`, and roll back by deleting.
 * A test compares this list with the database's catalogue.
 */
export const TABLES = {
  assets: table('state', {
    key: { asset: 'text' },
    columns: {
      kind: 'text',
      owner: 'text',
      content: 'text',
      codec: 'int8',
      uri: 'text',
      ad: 'text',
      registered_at: 'int8',
      position: 'int8',
    },
  }),
  order_states: table('state', {
    key: { order_hash: 'text' },
    columns: { consumed: 'numeric', busy_until_ms: 'int8', cancelled: 'bool', placed_by: 'text' },
  }),
  deals: table('state', {
    key: { deal_id: 'text' },
    columns: {
      terms: 'jsonb',
      request_hash: 'text',
      requester: 'text',
      app: 'text',
      pool: 'text',
      volume: 'int8',
      cost_per_task: 'numeric',
      opened_at: 'int8',
      match_tx: 'text',
      match_gas: 'numeric',
      position: 'int8',
      settled: 'int8',
      expired: 'bool',
      spoiled: 'int8',
      late: 'int8',
      late_refunded: 'numeric',
      breached: 'bool',
      refunded: 'numeric',
      compensation: 'numeric',
    },
  }),
  tasks: table('append', {
    key: { deal_id: 'text', index: 'int8' },
    columns: {
      task_id: 'text',
      digest: 'text',
      pool: 'text',
      nonce: 'numeric',
      settled_at: 'int8',
      block: 'int8',
    },
  }),
  batches: table('state', {
    key: { pool: 'text', nonce: 'numeric' },
    columns: {
      root: 'text',
      result_root: 'text',
      locations: 'text',
      tasks: 'int8',
      committed_at: 'int8',
      settled_at: 'int8',
      commit_tx: 'text',
      settle_tx: 'text',
      gas: 'numeric',
      position: 'int8',
    },
  }),
  batch_deals: table('state', {
    key: { pool: 'text', nonce: 'numeric', deal_id: 'text' },
    columns: { tasks: 'int8' },
  }),
  batch_workers: table('state', {
    key: { pool: 'text', nonce: 'numeric', worker: 'text' },
    columns: { reward: 'numeric', tasks: 'int8', passed: 'int8', faults: 'int8' },
  }),
  workers: table('state', {
    key: { worker: 'text' },
    columns: {
      bond: 'numeric',
      checks: 'int8',
      faults: 'int8',
      banned_until: 'int8',
      unbond_at: 'int8',
      earned: 'numeric',
      tasks: 'int8',
    },
  }),
  appeals: table('state', {
    key: { task_id: 'text' },
    columns: {
      deal_id: 'text',
      index: 'int8',
      pool: 'text',
      nonce: 'numeric',
      digest: 'text',
      verdict: 'text',
      status: 'text',
      until: 'int8',
      judge: 'text',
      fee: 'numeric',
      risk: 'numeric',
      stake: 'numeric',
      stood: 'bool',
      refund: 'numeric',
      restored: 'numeric',
      bounty: 'numeric',
      surplus: 'numeric',
      pot: 'numeric',
      waiting: 'numeric',
      position: 'int8',
    },
  }),
  appeal_rounds: table('state', {
    key: { task_id: 'text', round: 'int8' },
    columns: { appellant: 'text', claims_fall: 'bool', bond: 'numeric' },
  }),
  appeal_voters: table('state', {
    key: { task_id: 'text', worker: 'text' },
    columns: { digest: 'text', held: 'numeric' },
  }),
  juries: table('state', {
    key: { task_id: 'text', number: 'int8' },
    columns: { jury_id: 'text', wanted: 'int8', failed: 'bool' },
  }),
  jury_seats: table('state', {
    key: { task_id: 'text', number: 'int8', juror: 'text' },
    columns: { commitment: 'text', digest: 'text', replaced: 'bool' },
  }),
  seats: table('state', {
    key: { juror: 'text' },
    columns: {
      pool: 'text',
      place: 'int8',
      stake: 'numeric',
      at_risk: 'numeric',
      leave_at: 'int8',
      is_taken: 'bool',
    },
  }),
  spot_checks: table('state', {
    key: { task_id: 'text', worker: 'text' },
    columns: { pool: 'text', answer: 'text', matched: 'bool' },
  }),
  sales: table('state', {
    key: { offer_id: 'text' },
    columns: {
      kind: 'text',
      seller: 'text',
      only_buyer: 'text',
      buyer: 'text',
      arbiter: 'text',
      terms: 'jsonb',
      uri: 'text',
      stage: 'text',
      until: 'int8',
      content: 'text',
      refusal: 'text',
      appeal: 'text',
      outcome: 'text',
      provider_bps: 'int8',
      position: 'int8',
    },
  }),
  accounts: table('state', {
    key: { account: 'text' },
    columns: {
      free: 'numeric',
      locked: 'numeric',
      maturing: 'numeric',
      earned: 'numeric',
      spent: 'numeric',
    },
  }),
} as const

export type TableName = keyof typeof TABLES
type SqlType = 'text' | 'int8' | 'numeric' | 'bool' | 'jsonb'
type Columns = Readonly<Record<string, SqlType>>
export type TableSpec = { kind: 'state' | 'append'; key: Columns; columns: Columns }

/** What a column holds in a change; jsonb as its JSON text. */
type ValueOf<T> = T extends 'int8'
  ? number
  : T extends 'numeric'
    ? bigint
    : T extends 'bool'
      ? boolean
      : string
type Values<C> = { -readonly [K in keyof C]: ValueOf<C[K]> }
export type KeyOf<T extends TableName> = Values<(typeof TABLES)[T]['key']>
export type ColumnsOf<T extends TableName> = Values<(typeof TABLES)[T]['columns']>
export type SqlValue = string | number | bigint | boolean

/** Sorts rows as the chain made them: block number and place in the block in one number below 2^53. */
export function positionOf({ block, logIndex }: { block: number; logIndex: number }): number {
  return block * LOGS_PER_BLOCK + Math.min(logIndex, LOGS_PER_BLOCK - 1)
}
const LOGS_PER_BLOCK = 100_000

function table<const K extends Columns, const C extends Columns>(
  kind: TableSpec['kind'],
  { key, columns }: { key: K; columns: C },
): { kind: TableSpec['kind']; key: K; columns: C } {
  return { kind, key, columns }
}
