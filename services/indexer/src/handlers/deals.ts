import { type Hex32, toJson, ZERO_HEX32 } from '@millrace/base'
import { announce, type Change, insertRow, updateRow, upsertRow } from '../changes.ts'
import { type EventContext, type EventOf, eventPosition } from './context.ts'

export function onOrdersMatched(event: EventOf<'OrdersMatched'>, context: EventContext): Change[] {
  const { dealId, appOrderHash, datasetOrderHash, poolOrderHash, busyUntilMs, terms } = event.args
  const consumed = BigInt(terms.volume)
  const orders = [appOrderHash, datasetOrderHash, poolOrderHash, terms.requestHash as Hex32]
  return [
    insertRow(
      'deals',
      { deal_id: dealId },
      {
        terms: toJson(terms),
        request_hash: terms.requestHash,
        requester: terms.requester,
        app: terms.app,
        pool: terms.pool,
        volume: terms.volume,
        cost_per_task: terms.appPrice + terms.datasetPrice + terms.poolPrice,
        opened_at: terms.openedAt,
        match_tx: event.txHash,
        match_gas: context.gasOf(event.txHash),
        position: eventPosition(event, context),
      },
    ),
    ...orders
      .filter((hash) => hash !== ZERO_HEX32)
      .map((hash) => {
        const set = hash === poolOrderHash ? { busy_until_ms: busyUntilMs } : {}
        return upsertRow('order_states', { order_hash: hash }, { set, add: { consumed } })
      }),
    announce({ kind: 'deal', dealId, requestHash: terms.requestHash }),
  ]
}

export function onOrderPlaced({ args }: EventOf<'OrderPlaced'>): Change[] {
  return [
    upsertRow('order_states', { order_hash: args.orderHash }, { set: { placed_by: args.signer } }),
  ]
}

export function onOrderCancelled({ args }: EventOf<'OrderCancelled'>): Change[] {
  return [upsertRow('order_states', { order_hash: args.orderHash }, { set: { cancelled: true } })]
}

/** Tasks that can never settle: their votes are public and do not agree. */
export function onTasksSpoiled({ args }: EventOf<'TasksSpoiled'>): Change[] {
  const spoiled = (args.indexes.length - 2) / INDEX_DIGITS
  return [updateRow('deals', { deal_id: args.dealId }, { add: { spoiled } })]
}
const INDEX_DIGITS = 8

/** The deal ended with its last task, and spoiled ones were refunded. */
export function onDealRefunded({ args }: EventOf<'DealRefunded'>): Change[] {
  const { dealId, refund, stake } = args
  return [
    updateRow('deals', { deal_id: dealId }, { add: { refunded: refund, compensation: stake } }),
  ]
}

/** The requester got the pool's part of late tasks back, and its stake for them. */
export function onSlaBreached({ args }: EventOf<'SlaBreached'>): Change[] {
  const { dealId, late, refund, stake } = args
  const add = { late, late_refunded: refund, compensation: stake }
  return [updateRow('deals', { deal_id: dealId }, { set: { breached: true }, add })]
}

/** Unsettled tasks are over: their price went back and the pool's stake for them to the requester. */
export function onDealExpired({ args }: EventOf<'DealExpired'>): Change[] {
  const { dealId, refund, stake } = args
  return [
    updateRow(
      'deals',
      { deal_id: dealId },
      { set: { expired: true }, add: { refunded: refund, compensation: stake } },
    ),
    announce({ kind: 'expired', dealId }),
  ]
}
