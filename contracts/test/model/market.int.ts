import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type LocalMarket, startLocalMarket } from '../../tools/localMarket.ts'
import { beginStory, type Story } from '../../tools/marketStory.ts'
import { compare, someCommand, type World } from './commands.ts'
import { endMoney } from './endMoney.ts'
import { bond, deposit, type Model } from './marketModel.ts'

const TOKEN = 10n ** 18n
let local: LocalMarket
let story: Story

beforeAll(async () => {
  local = await startLocalMarket()
  story = await beginStory(local, 5)
})
afterAll(() => local.stop())

/** What beginStory has done: everybody funded, workers bonded. */
async function begin(): Promise<{ model: Model; real: World }> {
  const { timestamp } = await local.client.getBlock()
  const model: Model = {
    now: Number(timestamp),
    accounts: new Map(),
    standings: new Map(),
    deals: new Map(),
  }
  const { appOwner, datasetOwner, poolOwner, operator, requester, workers } = story
  for (const { address } of [appOwner, datasetOwner, poolOwner, operator, requester, ...workers]) {
    deposit(model, address, 1_000_000n * TOKEN)
  }
  for (const { address } of workers) bond(model, address, 100n * TOKEN)
  return { model, real: { story, terms: [], batches: [], nonce: 0 } }
}

it('the contracts do what the model says, whatever happens in whichever order', async () => {
  const total = { settled: 0, ended: 0, faults: 0, breached: 0 }
  await fc.assert(
    fc.asyncProperty(
      fc.commands(someCommand, { maxCommands: 60, size: 'max' }),
      async (commands) => {
        const snapshot = await local.client.snapshot()
        try {
          const { model, real } = await begin()
          await fc.asyncModelRun(() => ({ model, real }), commands)
          await compare(model, real)
          for (const { terms, settled, late, isOpen } of model.deals.values()) {
            total.settled += settled.size
            if (isOpen) continue
            total.ended++
            if (late > 0 && endMoney(terms, settled.size, late).isBreached) total.breached++
          }
          for (const { faults } of model.standings.values()) total.faults += faults
        } finally {
          await local.client.revert({ id: snapshot })
        }
      },
    ),
    { numRuns: 25, seed: 20_260_101, endOnFailure: false },
  )
  // A run in which nothing happens proves nothing.
  expect(total.settled).toBeGreaterThan(50)
  expect(total.ended).toBeGreaterThan(5)
  expect(total.faults).toBeGreaterThan(0)
  expect(total.breached).toBeGreaterThan(0)
}, 120_000)
