import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { PoolState } from '../core/state.ts'

export type PoolMetrics = ReturnType<typeof createMetrics>

/** Counters of one pool process; gauges are read from the state when somebody asks. */
export function createMetrics(state: () => PoolState) {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  gauge(registers, 'millrace_pool_sessions', 'Workers connected.', () =>
    count(state().live.sessions.values(), ({ isConnected }) => isConnected),
  )
  gauge(registers, 'millrace_pool_deals_open', 'Deals not closed.', () =>
    count(state().deals.values(), ({ status }) => status === 'open'),
  )
  gauge(
    registers,
    'millrace_pool_tasks_in_flight',
    'Tasks begun, not settled.',
    () => state().tasks.size,
  )
  gauge(registers, 'millrace_pool_tasks_stuck', 'Tasks given up.', () =>
    count(state().tasks.values(), ({ stage }) => stage === 'stuck'),
  )
  gauge(
    registers,
    'millrace_pool_tasks_wanting',
    'Tasks waiting for another worker.',
    () => state().live.wanting.size,
  )
  gauge(registers, 'millrace_pool_batches', 'Batches not settled.', () => state().batches.size)
  return {
    registry,
    turnSeconds: new Histogram({
      name: 'millrace_pool_turn_seconds',
      help: 'Time of one turn of the core.',
      buckets: [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5],
      registers,
    }),
    facts: new Counter({
      name: 'millrace_pool_facts_total',
      help: 'Facts written to the journal.',
      registers,
    }),
    checks: new Counter({
      name: 'millrace_pool_results_checked_total',
      help: 'Results fetched and compared with their digest.',
      labelNames: ['outcome'],
      registers,
    }),
    transactions: new Counter({
      name: 'millrace_pool_transactions_total',
      help: 'Transactions of batches by outcome.',
      labelNames: ['transaction', 'outcome'],
      registers,
    }),
    messages: new Counter({
      name: 'millrace_pool_messages_total',
      help: 'Messages of worker sessions.',
      labelNames: ['direction', 'type'],
      registers,
    }),
  }
}

function gauge(registers: Registry[], name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers,
    collect() {
      this.set(read())
    },
  })
}

function count<T>(items: Iterable<T>, is: (item: T) => boolean): number {
  let found = 0
  for (const item of items) if (is(item)) found++
  return found
}
