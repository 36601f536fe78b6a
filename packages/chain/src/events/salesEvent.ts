import type { Address, Hex32, UnixSeconds } from '@millrace/base'
import type { FileKey, FileOffer, ServiceOffer } from '@millrace/protocol'

/** Arguments of the events of FairExchange and Services; `outcome`: see `SALE_OUTCOMES`. */
export type SalesEventArgs = {
  FileOffered: { offerId: Hex32; seller: Address; buyer: Address; terms: FileOffer; uri: string }
  FileAccepted: { offerId: Hex32; buyer: Address; revealUntil: UnixSeconds }
  KeyRevealed: { offerId: Hex32; key: FileKey; complainUntil: UnixSeconds }
  FileSaleEnded: { offerId: Hex32; seller: Address; buyer: Address; outcome: number }
  ServiceOffered: {
    offerId: Hex32
    provider: Address
    buyer: Address
    terms: ServiceOffer
    uri: string
  }
  ServiceAccepted: { offerId: Hex32; buyer: Address; deliverUntil: UnixSeconds }
  ServiceDelivered: { offerId: Hex32; content: Hex32; reviewUntil: UnixSeconds }
  ServiceRefused: { offerId: Hex32; reason: Hex32; appealUntil: UnixSeconds }
  ServiceAppealed: { offerId: Hex32; reason: Hex32; rulingUntil: UnixSeconds }
  /** `providerBps`: share of the price. */
  ServiceEnded: {
    offerId: Hex32
    provider: Address
    buyer: Address
    outcome: number
    providerBps: number
  }
}
