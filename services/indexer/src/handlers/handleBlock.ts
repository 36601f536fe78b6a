import type { ChainEvent, ChainEventName } from '@millrace/chain'
import { type BlockChanges, type Change, mergeChanges } from '../changes.ts'
import { onAssetRegistered, onAssetTransferred, onAssetUpdated } from './assets.ts'
import { onBatchCommitted, onBatchSettled, onTasksSettled, onWorkerSettled } from './batches.ts'
import type { EventContext } from './context.ts'
import {
  onDealExpired,
  onDealRefunded,
  onOrderCancelled,
  onOrderPlaced,
  onOrdersMatched,
  onSlaBreached,
  onTasksSpoiled,
} from './deals.ts'
import {
  onCredited,
  onDeposited,
  onHeld,
  onLocked,
  onMatured,
  onPaid,
  onReleased,
  onWithdrawn,
} from './escrow.ts'
import { onBonded, onCheckPassed, onFaultFound, onUnbonded, onUnbondRequested } from './standing.ts'

type Handlers = {
  [Name in ChainEventName]?: (event: ChainEvent<Name>, context: EventContext) => Change[]
}

/** One handler per event: event in, row changes out, nothing else. Events not named here change no table. */
const HANDLERS: Handlers = {
  AssetRegistered: onAssetRegistered,
  AssetUpdated: onAssetUpdated,
  AssetTransferred: onAssetTransferred,
  OrdersMatched: onOrdersMatched,
  OrderPlaced: onOrderPlaced,
  OrderCancelled: onOrderCancelled,
  DealExpired: onDealExpired,
  DealRefunded: onDealRefunded,
  SlaBreached: onSlaBreached,
  TasksSpoiled: onTasksSpoiled,
  BatchCommitted: onBatchCommitted,
  BatchSettled: onBatchSettled,
  TasksSettled: onTasksSettled,
  WorkerSettled: onWorkerSettled,
  Bonded: onBonded,
  UnbondRequested: onUnbondRequested,
  Unbonded: onUnbonded,
  CheckPassed: onCheckPassed,
  FaultFound: onFaultFound,
  Deposited: onDeposited,
  Withdrawn: onWithdrawn,
  Locked: onLocked,
  Released: onReleased,
  Paid: onPaid,
  Credited: onCredited,
  Held: onHeld,
  Matured: onMatured,
}

/** Events whose transaction's gas a handler asks for. */
export const GAS_EVENTS: ReadonlySet<ChainEventName> = new Set([
  'OrdersMatched',
  'BatchCommitted',
  'BatchSettled',
])

/** All that a block changes, from its events in order. Pure: equal blocks give equal changes. */
export function handleBlock(events: readonly ChainEvent[], context: EventContext): BlockChanges {
  return mergeChanges(events.flatMap((event) => handleEvent(event, context)))
}

function handleEvent(event: ChainEvent, context: EventContext): Change[] {
  const handler = HANDLERS[event.name] as
    | ((event: ChainEvent, context: EventContext) => Change[])
    | undefined
  return handler === undefined ? [] : handler(event, context)
}
