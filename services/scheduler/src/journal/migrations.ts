import type { Migration } from '@millrace/database'

/** Tables of schema `pool`; several pools may share them. */
export const POOL_MIGRATIONS: readonly Migration[] = [
  {
    name: '0001-journal',
    sql: `
create table leader(
  pool text primary key,
  epoch bigint not null
);
create table journal(
  pool text not null,
  seq bigint not null,
  epoch bigint not null,
  facts text not null,
  primary key (pool, seq)
);
create table snapshot(
  pool text primary key,
  seq bigint not null,
  state text not null,
  taken_at timestamptz not null default now()
);`,
  },
]
