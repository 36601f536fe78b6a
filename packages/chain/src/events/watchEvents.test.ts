import { afterEach, expect, it, vi } from 'vitest'
import { aConsumer as made } from './aConsumer.ts'
import { FakeChain } from './fakeChain.ts'

const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

function aConsumer(...setup: Parameters<typeof made>) {
  const consumer = made(...setup)
  stops.push(consumer.stop)
  return consumer
}

const until = (chain: FakeChain, assertion: () => void) =>
  vi.waitFor(
    () => {
      chain.tick()
      assertion()
    },
    { interval: 1 },
  )

it('hands out every block once, linked to its parent', async () => {
  const chain = new FakeChain()
  chain.append(1)
  const consumer = aConsumer(chain)
  await until(chain, () => expect(consumer.amounts()).toEqual([1]))
  chain.append()
  chain.append(2, 3)
  await until(chain, () => expect(consumer.amounts()).toEqual([1, 2, 3]))
  expect(consumer.blocks.map(({ number }) => number)).toEqual([0, 1, 2, 3])
  for (const [i, block] of consumer.blocks.entries())
    if (i > 0) expect(block.parentHash).toBe(consumer.blocks[i - 1]?.hash)
})

it('takes back what a reorg removed, also when the new chain is shorter', async () => {
  const chain = new FakeChain()
  for (const amount of [1, 2, 3, 4]) chain.append(amount)
  const consumer = aConsumer(chain)
  await until(chain, () => expect(consumer.amounts()).toEqual([1, 2, 3, 4]))
  chain.reorg(3)
  chain.append(20)
  await until(chain, () => expect(consumer.amounts()).toEqual([1, 20]))
  expect(consumer.rollbacks).toEqual([1])
})

it('takes nothing back for a node that only lags behind', async () => {
  const chain = new FakeChain()
  for (const amount of [1, 2, 3]) chain.append(amount)
  const consumer = aConsumer(chain)
  await until(chain, () => expect(consumer.amounts()).toEqual([1, 2, 3]))
  const all = [...chain.blocks]
  chain.blocks.length = 2
  for (let i = 0; i < 5; i++) {
    chain.tick()
    await new Promise((resolve) => setImmediate(resolve))
  }
  chain.blocks = all
  chain.append(4)
  await until(chain, () => expect(consumer.amounts()).toEqual([1, 2, 3, 4]))
  expect(consumer.rollbacks).toEqual([])
})

it('holds back blocks that are not confirmed yet', async () => {
  const chain = new FakeChain()
  for (const amount of [1, 2, 3]) chain.append(amount)
  const consumer = aConsumer(chain, { confirmations: 2 })
  await until(chain, () => expect(consumer.amounts()).toEqual([1]))
  chain.append()
  await until(chain, () => expect(consumer.amounts()).toEqual([1, 2]))
})

it('goes on after its cursor', async () => {
  const chain = new FakeChain()
  for (const amount of [1, 2]) chain.append(amount)
  const first = aConsumer(chain)
  await until(chain, () => expect(first.amounts()).toEqual([1, 2]))
  first.stop()
  await first.done
  chain.append(3)
  const second = aConsumer(chain, { cursor: first.cursors().at(-1) })
  await until(chain, () => expect(second.amounts()).toEqual([3]))
})

it('undoes a reorg that happened while nobody watched', async () => {
  const chain = new FakeChain()
  for (const amount of [1, 2, 3]) chain.append(amount)
  const first = aConsumer(chain)
  await until(chain, () => expect(first.amounts()).toEqual([1, 2, 3]))
  first.stop()
  chain.reorg(2)
  for (const amount of [20, 30, 40]) chain.append(amount)
  const second = aConsumer(chain, { cursor: first.cursors() })
  await until(chain, () => expect(second.amounts()).toEqual([20, 30, 40]))
  expect(second.rollbacks).toEqual([1])
})

it('refuses to go on when the chain knows none of its blocks', async () => {
  const chain = new FakeChain()
  for (const amount of [1, 2, 3]) chain.append(amount)
  const stranger = { number: 2, hash: `0x${'99'.repeat(32)}` as never }
  const consumer = aConsumer(chain, { cursor: stranger })
  await expect(consumer.done).rejects.toMatchObject({
    code: 'REORG_TOO_DEEP',
    meta: { number: 2 },
  })
})

it('catches up in ranges that the node accepts, without asking for empty blocks', async () => {
  const chain = new FakeChain()
  chain.maxRange = 100
  for (let number = 1; number < 3_000; number++) {
    if (number % 500 === 0) chain.append(number)
    else chain.append()
  }
  const consumer = aConsumer(chain)
  await until(chain, () => expect(consumer.blocks.at(-1)?.number).toBe(2_999))
  expect(consumer.amounts()).toEqual([500, 1_000, 1_500, 2_000, 2_500])
  expect(chain.asked.length).toBeLessThan(600)
})

it('ends when its handler fails', async () => {
  const chain = new FakeChain()
  const failure = new RangeError('no table')
  const consumer = aConsumer(chain, { onBlock: () => Promise.reject(failure) })
  await expect(consumer.done).rejects.toBe(failure)
})

it('ends quietly when it is stopped', async () => {
  const chain = new FakeChain()
  const consumer = aConsumer(chain)
  await until(chain, () => expect(consumer.blocks).toHaveLength(1))
  consumer.stop()
  await expect(consumer.done).resolves.toBeUndefined()
})
