import type { ChainEvent, ChainEventName } from '@millrace/chain'
import { type BlockChanges, type Change, mergeChanges } from '../changes.ts'
import {
  onAnswerShown,
  onAppealClosed,
  onAppealOpened,
  onJudgeAsked,
  onJurorReplaced,
  onJuryAsked,
  onJuryDrawn,
  onJuryFailed,
  onRoundOpened,
  onVerdictReached,
  onVoteCommitted,
  onVoteRevealed,
  onVoterShown,
} from './appeals.ts'
import { onAssetRegistered, onAssetTransferred, onAssetUpdated } from './assets.ts'
import {
  onBatchCommitted,
  onBatchSettled,
  onLocationsGiven,
  onTasksSettled,
  onWorkerSettled,
} from './batches.ts'
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
import {
  onFileAccepted,
  onFileOffered,
  onFileSaleEnded,
  onKeyRevealed,
  onServiceAccepted,
  onServiceAppealed,
  onServiceDelivered,
  onServiceEnded,
  onServiceOffered,
  onServiceRefused,
} from './sales.ts'
import {
  onJurorDismissed,
  onJurorExcused,
  onJurorPenalised,
  onJurorSummoned,
  onSeatLeaving,
  onSeatLeft,
  onSeatMoved,
  onSeatTaken,
} from './seats.ts'
import {
  onBonded,
  onCheckPassed,
  onFaultFound,
  onRestored,
  onUnbonded,
  onUnbondRequested,
} from './standing.ts'

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
  LocationsGiven: onLocationsGiven,
  TasksSettled: onTasksSettled,
  WorkerSettled: onWorkerSettled,
  Bonded: onBonded,
  UnbondRequested: onUnbondRequested,
  Unbonded: onUnbonded,
  CheckPassed: onCheckPassed,
  FaultFound: onFaultFound,
  Restored: onRestored,
  Deposited: onDeposited,
  Withdrawn: onWithdrawn,
  Locked: onLocked,
  Released: onReleased,
  Paid: onPaid,
  Credited: onCredited,
  Held: onHeld,
  Matured: onMatured,
  AppealOpened: onAppealOpened,
  RoundOpened: onRoundOpened,
  VoterShown: onVoterShown,
  JuryAsked: onJuryAsked,
  JuryDrawn: onJuryDrawn,
  JurorReplaced: onJurorReplaced,
  VoteCommitted: onVoteCommitted,
  VoteRevealed: onVoteRevealed,
  VerdictReached: onVerdictReached,
  JuryFailed: onJuryFailed,
  JudgeAsked: onJudgeAsked,
  AppealClosed: onAppealClosed,
  AnswerShown: onAnswerShown,
  SeatTaken: onSeatTaken,
  SeatLeaving: onSeatLeaving,
  SeatMoved: onSeatMoved,
  SeatLeft: onSeatLeft,
  JurorSummoned: onJurorSummoned,
  JurorDismissed: onJurorDismissed,
  JurorExcused: onJurorExcused,
  JurorPenalised: onJurorPenalised,
  FileOffered: onFileOffered,
  FileAccepted: onFileAccepted,
  KeyRevealed: onKeyRevealed,
  FileSaleEnded: onFileSaleEnded,
  ServiceOffered: onServiceOffered,
  ServiceAccepted: onServiceAccepted,
  ServiceDelivered: onServiceDelivered,
  ServiceRefused: onServiceRefused,
  ServiceAppealed: onServiceAppealed,
  ServiceEnded: onServiceEnded,
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
