import fc from 'fast-check'
import { expect, it } from 'vitest'
import { aConsumer } from './aConsumer.ts'
import { FakeChain } from './fakeChain.ts'

type Change = { kind: 'blocks'; count: number } | { kind: 'reorg'; depth: number }

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant('blocks' as const), count: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ kind: fc.constant('reorg' as const), depth: fc.integer({ min: 1, max: 20 }) }),
)

const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

it('ends with what the chain says, however it changes between two questions', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ change, afterQuestions: fc.nat(12) }), { maxLength: 20 }),
      fc.integer({ min: 0, max: 3 }),
      async (changes, confirmations) => {
        const chain = new FakeChain()
        const pending = [...changes]
        let amount = 0
        let questions = 0
        chain.beforeAnswer = () => {
          const [next] = pending
          if (next === undefined || questions++ < next.afterQuestions) return
          questions = 0
          pending.shift()
          if (next.change.kind === 'reorg') return chain.reorg(next.change.depth)
          for (let i = 0; i < next.change.count; i++)
            if (i % 3 === 0) chain.append(++amount)
            else chain.append()
        }
        const consumer = aConsumer(chain, { confirmations })
        while (pending.length > 0) {
          chain.tick()
          await settle()
        }
        // One more block tells everybody which chain won.
        for (let i = 0; i <= confirmations + 20; i++) chain.append(++amount)
        for (let i = 0; i < 50; i++) {
          chain.tick()
          await settle()
        }
        consumer.stop()
        await consumer.done
        const kept = chain.blocks.slice(0, chain.blocks.length - confirmations)
        expect(consumer.amounts()).toEqual(
          kept.flatMap(({ logs }) => logs.map(({ data }) => Number(data))),
        )
        const numbers = consumer.blocks.map(({ number }) => number)
        expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b))
      },
    ),
    { numRuns: 200 },
  )
})
