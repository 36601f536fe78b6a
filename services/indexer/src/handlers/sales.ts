import { type Address, type Hex32, toJson, type UnixSeconds } from '@millrace/base'
import { SALE_OUTCOMES, type SaleStage } from '@millrace/protocol'
import { type Change, insertRow, updateRow } from '../changes.ts'
import { type EventContext, type EventOf, eventPosition } from './context.ts'

// Files and services on sale. Stages and outcomes as SALE_STAGES and SALE_OUTCOMES of @millrace/protocol name them.

export function onFileOffered(event: EventOf<'FileOffered'>, context: EventContext): Change[] {
  const { offerId, seller, terms, uri } = event.args
  const { acceptUntil: until } = terms
  const what = { kind: 'file', seller, only_buyer: terms.buyer, terms: toJson(terms), uri, until }
  return [offered(offerId, { ...what, position: eventPosition(event, context) })]
}

export function onServiceOffered(
  event: EventOf<'ServiceOffered'>,
  context: EventContext,
): Change[] {
  const { offerId, provider: seller, terms, uri } = event.args
  const { arbiter, acceptUntil: until } = terms
  const what = { kind: 'service', seller, only_buyer: terms.buyer, arbiter, uri, until }
  const position = eventPosition(event, context)
  return [offered(offerId, { ...what, terms: toJson(terms), position })]
}

export function onFileAccepted({ args }: EventOf<'FileAccepted'>): Change[] {
  return accepted(args.offerId, args.buyer, args.revealUntil)
}

export function onServiceAccepted({ args }: EventOf<'ServiceAccepted'>): Change[] {
  return accepted(args.offerId, args.buyer, args.deliverUntil)
}

export function onKeyRevealed({ args }: EventOf<'KeyRevealed'>): Change[] {
  return [step(args.offerId, 'delivered', { until: args.complainUntil })]
}

export function onServiceDelivered({ args }: EventOf<'ServiceDelivered'>): Change[] {
  const { offerId, content, reviewUntil: until } = args
  return [step(offerId, 'delivered', { until, content })]
}

export function onServiceRefused({ args }: EventOf<'ServiceRefused'>): Change[] {
  return [step(args.offerId, 'refused', { until: args.appealUntil, refusal: args.reason })]
}

export function onServiceAppealed({ args }: EventOf<'ServiceAppealed'>): Change[] {
  return [step(args.offerId, 'appealed', { until: args.rulingUntil, appeal: args.reason })]
}

export function onFileSaleEnded({ args }: EventOf<'FileSaleEnded'>): Change[] {
  return ended(args.offerId, args.outcome)
}

export function onServiceEnded({ args }: EventOf<'ServiceEnded'>): Change[] {
  return ended(args.offerId, args.outcome, args.providerBps)
}

type Sale = Parameters<typeof insertRow<'sales'>>[2]

function offered(offerId: Hex32, sale: Sale): Change {
  return insertRow('sales', { offer_id: offerId }, { stage: 'offered', ...sale })
}

function accepted(offerId: Hex32, buyer: Address, until: UnixSeconds): Change[] {
  return [step(offerId, 'accepted', { buyer, until })]
}

function step(offerId: Hex32, stage: SaleStage, change: Sale): Change {
  return updateRow('sales', { offer_id: offerId }, { set: { stage, ...change } })
}

/** The buyer stays in the row, unlike on chain: the list tells who bought. */
function ended(offerId: Hex32, outcome: number, providerBps = 0): Change[] {
  const how = { outcome: SALE_OUTCOMES[outcome] ?? 'none', provider_bps: providerBps, until: 0 }
  return [step(offerId, 'ended', how)]
}
