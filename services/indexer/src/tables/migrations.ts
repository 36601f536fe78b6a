/**
 * Schema `market`. All tables but three are a function of the chain's events and may be emptied and
 * rebuilt at any time. `locations` and `location_blocks` are facts about content ids, true on any
 * chain; `book_orders` is the API's order book and has no other copy. Hashes and addresses are 0x
 * lower-case text.
 */
export const MARKET_MIGRATIONS = [
  {
    name: '001-market',
    sql: `
create table cursor (
  one boolean primary key default true check (one),
  chain text not null,
  number bigint not null,
  hash text not null,
  undo_from bigint not null
);
create table blocks (
  number bigint primary key,
  hash text not null
);
create table undo (
  tbl text not null,
  key jsonb not null,
  block bigint not null,
  old jsonb,
  primary key (tbl, key, block)
);
create index undo_block on undo (block);

create table assets (
  asset text primary key,
  kind text not null,
  owner text not null,
  content text not null,
  codec bigint not null,
  uri text not null,
  ad text not null,
  registered_at bigint not null,
  position bigint not null
);
create index assets_kind on assets (kind, position);

create table order_states (
  order_hash text primary key,
  consumed numeric not null default 0,
  busy_until_ms bigint not null default 0,
  cancelled boolean not null default false,
  placed_by text
);

create table deals (
  deal_id text primary key,
  terms jsonb not null,
  request_hash text not null,
  requester text not null,
  app text not null,
  pool text not null,
  volume bigint not null,
  cost_per_task numeric not null,
  opened_at bigint not null,
  match_tx text not null,
  match_gas numeric not null,
  position bigint not null,
  settled bigint not null default 0,
  expired boolean not null default false,
  refunded numeric not null default 0,
  compensation numeric not null default 0
);
create index deals_position on deals (position);
create index deals_requester on deals (requester, position);
create index deals_pool on deals (pool, position);
create index deals_app on deals (app, position);
create index deals_request on deals (request_hash);

create table tasks (
  deal_id text not null,
  index bigint not null,
  task_id text not null,
  digest text not null,
  pool text not null,
  nonce numeric not null,
  settled_at bigint not null,
  block bigint not null,
  primary key (deal_id, index)
);
create unique index tasks_task on tasks (task_id);
create index tasks_block on tasks (block);

create table batches (
  pool text not null,
  nonce numeric not null,
  root text,
  result_root text,
  locations text,
  tasks bigint not null default 0,
  committed_at bigint,
  settled_at bigint,
  commit_tx text,
  settle_tx text,
  gas numeric not null default 0,
  position bigint not null,
  primary key (pool, nonce)
);
create index batches_position on batches (position);
create index batches_locations on batches (locations);

create table batch_deals (
  pool text not null,
  nonce numeric not null,
  deal_id text not null,
  tasks bigint not null default 0,
  primary key (pool, nonce, deal_id)
);
create index batch_deals_deal on batch_deals (deal_id);

create table batch_workers (
  pool text not null,
  nonce numeric not null,
  worker text not null,
  reward numeric not null default 0,
  tasks bigint not null default 0,
  passed bigint not null default 0,
  faults bigint not null default 0,
  primary key (pool, nonce, worker)
);

create table workers (
  worker text primary key,
  bond numeric not null default 0,
  checks bigint not null default 0,
  faults bigint not null default 0,
  banned_until bigint not null default 0,
  unbond_at bigint not null default 0,
  earned numeric not null default 0,
  tasks bigint not null default 0
);

create table accounts (
  account text primary key,
  free numeric not null default 0,
  locked numeric not null default 0,
  maturing numeric not null default 0,
  earned numeric not null default 0,
  spent numeric not null default 0
);

create table announcements (
  id bigint generated always as identity primary key,
  block bigint,
  kind text not null,
  data jsonb not null
);
create index announcements_block on announcements (block);

create table location_blocks (
  digest text primary key,
  state text not null check (state in ('found', 'invalid'))
);
create table locations (
  digest text not null,
  task_id text not null,
  cid text not null,
  primary key (digest, task_id)
);

create table book_orders (
  id bigint generated always as identity primary key,
  order_hash text not null unique,
  kind text not null check (kind in ('app', 'dataset', 'pool', 'request')),
  signer text not null,
  app text,
  dataset text,
  pool text,
  requester text,
  price numeric not null,
  volume numeric not null,
  expires_at bigint not null,
  signed jsonb not null,
  posted_at bigint not null
);
create index book_orders_app on book_orders (app, kind, price);
create index book_orders_dataset on book_orders (dataset, kind, price);
create index book_orders_pool on book_orders (pool, kind, price);
create index book_orders_requester on book_orders (requester, id);
create index book_orders_kind on book_orders (kind, price);
create index book_orders_signer on book_orders (signer, expires_at);
`,
  },
  {
    name: '002-delivery',
    sql: `
alter table deals
  add column spoiled bigint not null default 0,
  add column late bigint not null default 0,
  add column late_refunded numeric not null default 0,
  add column breached boolean not null default false;
`,
  },
  {
    name: '003-appeals',
    sql: `
create table appeals (
  task_id text primary key,
  deal_id text not null default '',
  index bigint not null default 0,
  pool text not null default '',
  nonce numeric not null default 0,
  digest text not null default '',
  verdict text not null default '',
  status text not null default '',
  until bigint not null default 0,
  judge text not null default '',
  fee numeric not null default 0,
  risk numeric not null default 0,
  stake numeric not null default 0,
  stood boolean not null default false,
  refund numeric not null default 0,
  restored numeric not null default 0,
  bounty numeric not null default 0,
  pot numeric not null default 0,
  position bigint not null default 0
);
create index appeals_deal on appeals (deal_id, index);
create index appeals_status on appeals (status, until);

create table appeal_rounds (
  task_id text not null,
  round bigint not null,
  appellant text not null default '',
  claims_fall boolean not null default false,
  bond numeric not null default 0,
  primary key (task_id, round)
);

create table appeal_voters (
  task_id text not null,
  worker text not null,
  digest text not null default '',
  held numeric not null default 0,
  primary key (task_id, worker)
);

create table juries (
  task_id text not null,
  number bigint not null,
  jury_id text not null default '',
  wanted bigint not null default 0,
  failed boolean not null default false,
  primary key (task_id, number)
);

create table jury_seats (
  task_id text not null,
  number bigint not null,
  juror text not null,
  commitment text not null default '',
  digest text not null default '',
  replaced boolean not null default false,
  primary key (task_id, number, juror)
);
create index jury_seats_juror on jury_seats (juror);

create table seats (
  juror text primary key,
  pool text not null default '',
  place bigint not null default 0,
  stake numeric not null default 0,
  at_risk numeric not null default 0,
  leave_at bigint not null default 0,
  is_taken boolean not null default false
);

create table spot_checks (
  task_id text not null,
  worker text not null,
  pool text not null default '',
  answer text not null default '',
  matched boolean not null default false,
  primary key (task_id, worker)
);
`,
  },
  {
    name: '004-sales',
    sql: `
create table sales (
  offer_id text primary key,
  kind text not null,
  seller text not null,
  only_buyer text not null,
  buyer text not null default '',
  arbiter text not null default '',
  terms jsonb not null,
  uri text not null,
  stage text not null,
  until bigint not null,
  content text not null default '',
  refusal text not null default '',
  appeal text not null default '',
  outcome text not null default '',
  provider_bps bigint not null default 0,
  position bigint not null
);
create index sales_kind on sales (kind, position);
create index sales_seller on sales (seller, position);
create index sales_buyer on sales (buyer, position);
create index sales_arbiter on sales (arbiter, position);
`,
  },
  {
    name: '005-court',
    sql: `
alter table appeals
  add column surplus numeric not null default 0,
  add column waiting numeric not null default 0;
create index appeals_position on appeals (position);
`,
  },
] as const
