import { seconds, unixSeconds, wei, ZERO_ADDRESS } from '@millrace/base'
import type { ChainEvent } from '@millrace/chain'
import type { FileOffer } from '@millrace/protocol'
import { expect, it } from 'vitest'
import { aContext, aHash, anAddress, anEvent, someService } from '../testEvents.ts'
import { applyToModel, emptyModel } from '../testModel.ts'
import { handleBlock } from './handleBlock.ts'

const offerId = aHash(1)
const [seller, buyer, arbiter] = [anAddress(1), anAddress(2), anAddress(3)]
const open = { buyer: ZERO_ADDRESS, acceptUntil: unixSeconds(50), price: wei(10n) }

const file = {
  ...{ seller, nonce: 7n, ...open, root: aHash(2), plainRoot: aHash(3), keyCommitment: aHash(4) },
  ...{ sizeBytes: 100n, chunkBytes: 64, deposit: wei(1n) },
  ...{ revealSec: seconds(3600), complainSec: seconds(3600) },
} satisfies FileOffer

const service = someService({ provider: seller, arbiter })

const fileOffered = anEvent('FileOffered', {
  offerId,
  seller,
  buyer: open.buyer,
  terms: file,
  uri: 'ipfs://b',
})
const serviceOffered = anEvent('ServiceOffered', {
  ...{ offerId, provider: seller, buyer: open.buyer, terms: service, uri: 'ipfs://b' },
})
const accepted = anEvent('ServiceAccepted', { offerId, buyer, deliverUntil: unixSeconds(60) })
const delivered = anEvent('ServiceDelivered', {
  ...{ offerId, content: aHash(6), reviewUntil: unixSeconds(70) },
})

/** The row of the sale after these events, each in a block of its own. */
const after = (...events: ChainEvent[]) =>
  events
    .reduce(
      (model, event, i) => applyToModel(model, handleBlock([event], aContext(i + 1)).rows),
      emptyModel(),
    )
    .sales.get(offerId)

it('a file is offered, paid for, opened and sold', () => {
  expect(after(fileOffered)).toMatchObject({
    ...{ kind: 'file', seller, stage: 'offered', until: 50, uri: 'ipfs://b', outcome: '' },
    terms: expect.stringContaining('"nonce":"7"'),
  })
  const paid = anEvent('FileAccepted', { offerId, buyer, revealUntil: unixSeconds(60) })
  expect(after(fileOffered, paid)).toMatchObject({ stage: 'accepted', buyer, until: 60 })
  const key = { secret: aHash(8), salt: aHash(9) }
  const shown = anEvent('KeyRevealed', { offerId, key, complainUntil: unixSeconds(70) })
  expect(after(fileOffered, paid, shown)).toMatchObject({ stage: 'delivered', until: 70 })
  const end = anEvent('FileSaleEnded', { offerId, seller, buyer, outcome: 4 })
  expect(after(fileOffered, paid, shown, end)).toMatchObject({
    ...{ stage: 'ended', outcome: 'sold', buyer, until: 0 },
  })
})

it('a service is refused, appealed and ruled, with what each side had to say', () => {
  const refused = anEvent('ServiceRefused', {
    ...{ offerId, reason: aHash(10), appealUntil: unixSeconds(80) },
  })
  const appealed = anEvent('ServiceAppealed', {
    ...{ offerId, reason: aHash(11), rulingUntil: unixSeconds(90) },
  })
  const way = [serviceOffered, accepted, delivered, refused, appealed]
  expect(after(...way)).toMatchObject({
    ...{ kind: 'service', arbiter, stage: 'appealed', until: 90 },
    ...{ content: aHash(6), refusal: aHash(10), appeal: aHash(11) },
  })
  const ruled = anEvent('ServiceEnded', {
    ...{ offerId, provider: seller, buyer, outcome: 5, providerBps: 2500 },
  })
  expect(after(...way, ruled)).toMatchObject({ outcome: 'ruled', provider_bps: 2500 })
})

it('an offer that nobody took has no buyer when it is over', () => {
  const lapsed = anEvent('ServiceEnded', {
    ...{ offerId, provider: seller, buyer: ZERO_ADDRESS, outcome: 1, providerBps: 0 },
  })
  expect(after(serviceOffered, lapsed)).toMatchObject({ outcome: 'lapsed', buyer: '' })
})
