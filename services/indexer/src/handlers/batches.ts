import { decodeResults, hashTask } from '@millrace/protocol'
import { announce, type Change, insertRow, updateRow, upsertRow } from '../changes.ts'
import { type EventContext, type EventOf, eventPosition } from './context.ts'

export function onBatchCommitted(
  event: EventOf<'BatchCommitted'>,
  context: EventContext,
): Change[] {
  const { pool, nonce, root, committedAt } = event.args
  return [
    upsertRow(
      'batches',
      { pool, nonce },
      {
        set: {
          root,
          committed_at: committedAt,
          commit_tx: event.txHash,
          position: eventPosition(event, context),
        },
        add: { gas: context.gasOf(event.txHash) },
      },
    ),
    announce({ kind: 'batch', pool, nonce, state: 'committed' }),
  ]
}

/** A trusted batch is settled without having been committed. */
export function onBatchSettled(event: EventOf<'BatchSettled'>, context: EventContext): Change[] {
  const { pool, nonce, resultRoot, locations, tasks } = event.args
  return [
    upsertRow(
      'batches',
      { pool, nonce },
      {
        set: {
          result_root: resultRoot,
          locations,
          tasks,
          settled_at: context.block.timestamp,
          settle_tx: event.txHash,
          position: eventPosition(event, context),
        },
        add: { gas: context.gasOf(event.txHash) },
      },
    ),
    announce({ kind: 'batch', pool, nonce, state: 'settled' }),
  ]
}

/** Whoever settled may have named a place where there is nothing: the pool's word is better. */
export function onLocationsGiven({ args }: EventOf<'LocationsGiven'>): Change[] {
  const { pool, nonce, locations } = args
  return [updateRow('batches', { pool, nonce }, { set: { locations } })]
}

/** Open tasks have no rows: a deal of a thousand tasks is one row until they settle. */
export function onTasksSettled(
  { args }: EventOf<'TasksSettled'>,
  { block }: EventContext,
): Change[] {
  const { dealId, pool, nonce, results } = args
  const settled = decodeResults(results)
  return [
    ...settled.map(({ index, digest }) =>
      insertRow(
        'tasks',
        { deal_id: dealId, index },
        {
          task_id: hashTask(dealId, index),
          digest,
          pool,
          nonce,
          settled_at: block.timestamp,
          block: block.number,
        },
      ),
    ),
    updateRow('deals', { deal_id: dealId }, { add: { settled: settled.length } }),
    upsertRow('batch_deals', { pool, nonce, deal_id: dealId }, { add: { tasks: settled.length } }),
    announce({ kind: 'tasks', dealId }),
  ]
}

export function onWorkerSettled({ args }: EventOf<'WorkerSettled'>): Change[] {
  const { pool, nonce, worker, reward, tasks, passed, faults } = args
  return [
    upsertRow('batch_workers', { pool, nonce, worker }, { add: { reward, tasks, passed, faults } }),
    upsertRow('workers', { worker }, { add: { earned: reward, tasks } }),
  ]
}
