import fc from 'fast-check'
import { expect, it } from 'vitest'
import { aNode, anIntent, anOutbox } from './anOutbox.ts'
import { memoryOutboxStore } from './memoryOutboxStore.ts'

type Mishap =
  | 'send'
  | 'mine'
  | 'forget all'
  | 'forget one'
  | 'stranger'
  | 'restart'
  | 'go away'
  | 'come back'
  | 'dear'
  | 'cheap'
  | 'wait'

const mishap = fc.constantFrom<Mishap>(
  ...(['send', 'send', 'send', 'mine', 'wait', 'forget all', 'forget one'] as const),
  ...(['stranger', 'restart', 'go away', 'come back', 'dear', 'cheap'] as const),
)

/** Lets promises run that wait for nothing but each other. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

it('mines every intent exactly once, whatever node and process do', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(mishap, { maxLength: 40 }), async (mishaps) => {
      const node = aNode()
      const store = memoryOutboxStore()
      const settings = { window: 5, bumpAfterBlocks: 3 }
      let outbox = anOutbox({ node, store, settings })
      const intended: number[] = []
      const send = (n: number) => outbox.outbox.send(anIntent(n), { id: `id ${n}` }).catch(() => {})

      const act: Record<Mishap, () => void> = {
        send: () => {
          intended.push(intended.length)
          void send(intended.length - 1)
        },
        mine: () => void node.mine(),
        'forget all': () => node.pool.clear(),
        'forget one': () => void node.pool.delete([...node.pool.keys()][0] ?? -1),
        stranger: () => void node.mineStranger(node.nonce),
        restart: () => {
          outbox.stop()
          outbox = anOutbox({ node, store, settings })
        },
        'go away': () => {
          node.isDown = true
        },
        'come back': () => {
          node.isDown = false
        },
        dear: () => {
          node.baseFee = 50n
        },
        cheap: () => {
          node.baseFee = 1n
        },
        wait: () => {},
      }
      for (const what of mishaps) {
        act[what]()
        node.tick(200)
        await settle()
      }
      // From here on all is well. Whoever asked and got no answer asks again with the same id.
      node.isDown = false
      node.baseFee = 1n
      for (const n of intended) void send(n)
      const wanted = intended.map((n) => anIntent(n).data).sort()
      const ours = () => node.mined.map(({ data }) => data).filter((data) => data !== '0x')
      for (let i = 0; i < 200 && ours().length < wanted.length; i++) {
        node.mine()
        node.tick(1_000)
        await settle()
      }
      outbox.stop()
      expect(ours().sort()).toEqual(wanted)
    }),
    { numRuns: 150 },
  )
})
