import { type Hex32, seconds, type TxHash, wei } from '@millrace/base'
import {
  acceptService,
  appealService,
  finishService,
  readAccount,
  readEvents,
  readServiceSale,
  refuseService,
  ruleService,
  type WriteClient,
  waitForSuccess,
} from '@millrace/chain'
import { SALE_OUTCOMES, type ServiceOffer } from '@millrace/protocol'
import { memoryBlobStore } from '@millrace/storage/client'
import { startTestChain, type TestChain } from '@millrace/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, walletOf } from './client.ts'
import { deliverWork, fetchTask, fetchWork, offerWork } from './services.ts'

import { aTradingClient } from './testing/tradingClient.ts'

// A piece of work that no machine is asked to check: sort a list of names. The buyer reads what it gets and
// accepts or refuses it; the provider appeals; the arbiter reads task and work and rules.

const UNIT = 10n ** 18n
const NAMES = ['Noether', 'Lovelace', 'Hopper', 'Meitner', 'Curie']
const blobs = memoryBlobStore()
const [encoder, decoder] = [new TextEncoder(), new TextDecoder()]
let chain: TestChain
let provider: Client
let buyer: Client
let arbiter: Client

beforeAll(async () => {
  chain = await startTestChain()
  provider = aClient(await chain.account())
  buyer = aClient(await chain.account())
  arbiter = aClient(await chain.account())
})
afterAll(() => chain.stop())

const aClient = (wallet: WriteClient): Client => aTradingClient(chain, blobs, wallet)

const done = async (client: Client, sent: Promise<TxHash>) =>
  waitForSuccess(walletOf(client), await sent)

/** Offered with the task in storage, and accepted by the buyer. */
async function aService(): Promise<{ offerId: Hex32; terms: ServiceOffer }> {
  const hour = seconds(3600)
  const offered = await offerWork(provider, {
    description: encoder.encode(`Sort these names: ${NAMES.join(', ')}`),
    price: wei(10n * UNIT),
    stake: wei(2n * UNIT),
    fee: wei(UNIT),
    arbiter: walletOf(arbiter).address,
    acceptSec: hour,
    windows: { deliverSec: hour, reviewSec: hour, appealSec: hour, rulingSec: hour },
    maturitySec: seconds(0),
  })
  await done(buyer, acceptService(walletOf(buyer), offered))
  return offered
}

const sortWell = (task: string): string => (task.split(': ')[1] ?? '').split(', ').sort().join('\n')

/** Whoever judges reads the task and the work, and nothing else. */
async function isGood(judge: Client, offerId: Hex32, terms: ServiceOffer): Promise<boolean> {
  const task = decoder.decode(await fetchTask(judge, terms))
  return decoder.decode(await fetchWork(judge, offerId)) === sortWell(task)
}

async function gains(run: () => Promise<void>): Promise<Record<string, number>> {
  const all = { provider, buyer, arbiter }
  const read = async () =>
    Promise.all(
      Object.values(all).map(async (client) => {
        const { free, locked } = await readAccount(chain.read, walletOf(client).address)
        return free + locked
      }),
    )
  const before = await read()
  await run()
  const after = await read()
  return Object.fromEntries(
    Object.keys(all).map((name, i) => [
      name,
      Number(((after[i] as bigint) - (before[i] as bigint)) / (UNIT / 10n)) / 10,
    ]),
  )
}

async function outcomeOf(offerId: Hex32): Promise<string | undefined> {
  expect(await readServiceSale(chain.read, offerId)).toMatchObject({ stage: 'ended' })
  const ended = { contract: 'services', name: 'ServiceEnded', fromBlock: 0 } as const
  const [event] = await readEvents(chain.read, { ...ended, where: { offerId } })
  return SALE_OUTCOMES[event?.args.outcome ?? 0]
}

const deliverSorted = async (terms: ServiceOffer): Promise<void> => {
  const task = decoder.decode(await fetchTask(provider, terms))
  await deliverWork(provider, { terms, work: encoder.encode(sortWell(task)) })
}
const reason = `0x${'01'.repeat(32)}` as Hex32

describe('a piece of work', () => {
  it('is done, read, accepted and paid', async () => {
    const gained = await gains(async () => {
      const { offerId, terms } = await aService()
      await expect(fetchWork(buyer, offerId)).rejects.toThrow('was delivered')
      await deliverSorted(terms)
      expect(await readServiceSale(chain.read, offerId)).toMatchObject({ stage: 'delivered' })
      expect(await isGood(buyer, offerId, terms)).toBe(true)
      await done(buyer, finishService(walletOf(buyer), { terms }))
      expect(await outcomeOf(offerId)).toBe('sold')
    })
    expect(gained).toEqual({ provider: 10, buyer: -10, arbiter: 0 })
  })

  it('that is bad is refused, conceded, and given back with the stake', async () => {
    const gained = await gains(async () => {
      const { offerId, terms } = await aService()
      await deliverWork(provider, { terms, work: encoder.encode('lorem ipsum') })
      expect(await isGood(buyer, offerId, terms)).toBe(false)
      await done(buyer, refuseService(walletOf(buyer), { terms, reason }))
      await done(provider, finishService(walletOf(provider), { terms }))
      expect(await outcomeOf(offerId)).toBe('faulty')
    })
    expect(gained).toEqual({ provider: -2, buyer: 2, arbiter: 0 })
  })

  it('that is good but refused is appealed, and paid with the fee by the buyer', async () => {
    const gained = await gains(async () => {
      const { offerId, terms } = await aService()
      await deliverSorted(terms)
      await done(buyer, refuseService(walletOf(buyer), { terms, reason }))
      await done(provider, appealService(walletOf(provider), { terms, reason }))
      await expect(ruleService(walletOf(buyer), { terms, providerBps: 0 })).rejects.toMatchObject({
        code: 'NOT_PARTY',
      })
      const providerBps = (await isGood(arbiter, offerId, terms)) ? 10_000 : 0
      await done(arbiter, ruleService(walletOf(arbiter), { terms, providerBps }))
      expect(await outcomeOf(offerId)).toBe('ruled')
    })
    expect(gained).toEqual({ provider: 10, buyer: -11, arbiter: 1 })
  })

  it('that is bad and appealed costs its provider stake and fee', async () => {
    const gained = await gains(async () => {
      const { offerId, terms } = await aService()
      await deliverWork(provider, { terms, work: encoder.encode(NAMES.join('\n')) })
      await done(buyer, refuseService(walletOf(buyer), { terms, reason }))
      await done(provider, appealService(walletOf(provider), { terms, reason }))
      const providerBps = (await isGood(arbiter, offerId, terms)) ? 10_000 : 0
      await done(arbiter, ruleService(walletOf(arbiter), { terms, providerBps }))
      expect(await outcomeOf(offerId)).toBe('ruled')
    })
    expect(gained).toEqual({ provider: -3, buyer: 2, arbiter: 1 })
  })

  it('of several megabytes is found again by its hash', async () => {
    const { offerId, terms } = await aService()
    const work = new Uint8Array(3 * 2 ** 20).fill(5)
    await deliverWork(provider, { terms, work })
    expect(await fetchWork(buyer, offerId)).toEqual(work)
  })
})
