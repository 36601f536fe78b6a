import type { TxHash, UnixSeconds } from '@millrace/base'
import type { ChainEvent, ChainEventName } from '@millrace/chain'
import { positionOf } from '../tables/tables.ts'

/** One event of the chain by its name. */
export type EventOf<Name extends ChainEventName> = ChainEvent<Name>

/** What handlers know beside the event: its block and what its transaction cost. */
export type EventContext = {
  block: { number: number; timestamp: UnixSeconds }
  /** Gas used by a transaction of this block; 0 for one whose receipt was not asked for. */
  gasOf(txHash: TxHash): bigint
}

/** Place of an event on the chain as one sortable number. */
export function eventPosition({ logIndex }: ChainEvent, { block }: EventContext): number {
  return positionOf({ block: block.number, logIndex })
}
