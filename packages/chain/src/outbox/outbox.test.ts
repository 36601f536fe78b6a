import type { TxHash } from '@millrace/base'
import { encodeErrorResult } from 'viem'
import { afterEach, expect, it, vi } from 'vitest'
import { ABIS } from '../client/contracts.ts'
import {
  account,
  aNode,
  anIntent as intent,
  anOutbox as made,
  type OutboxSetup,
} from './anOutbox.ts'
import type { FakeNode } from './fakeNode.ts'
import { memoryOutboxStore } from './memoryOutboxStore.ts'

const running = new Set<() => void>()
afterEach(() => {
  for (const stop of running) stop()
  running.clear()
})

function anOutbox(setup?: OutboxSetup) {
  const outbox = made(setup)
  running.add(outbox.stop)
  return outbox
}

/** Ticks until the assertion holds; the outbox works in promises between ticks. */
async function until(node: FakeNode, assertion: () => void): Promise<void> {
  await vi.waitFor(
    () => {
      node.tick()
      assertion()
    },
    { interval: 1, timeout: 2_000 },
  )
}

const minedData = (node: FakeNode) => node.mined.map(({ data }) => data)

it('sends several intents at a time with nonces in a row', async () => {
  const { outbox, node } = anOutbox()
  await Promise.all([1, 2, 3].map((n) => outbox.send(intent(n))))
  expect([...node.pool.keys()].sort()).toEqual([0, 1, 2])
  node.mine()
  expect(minedData(node).sort()).toEqual(['0x0001', '0x0002', '0x0003'])
})

it('stores the signed form before the node hears of it', async () => {
  const store = memoryOutboxStore()
  const { outbox, node } = anOutbox({ store })
  let storedWhenHeard: number | undefined
  node.refuse = () => {
    void store.loadOpen(`31337:${node.blocks[0]?.hash}:${node.address}`).then((rows) => {
      storedWhenHeard = rows.length
    })
    return undefined
  }
  await outbox.send(intent(1))
  expect(storedWhenHeard).toBe(1)
})

it('gives no nonce to an intent whose dry run fails, and says why', async () => {
  const { outbox, node } = anOutbox()
  node.revert = () =>
    encodeErrorResult({
      abi: ABIS.escrow,
      errorName: 'InsufficientFree',
      args: [account.address, 1n, 2n],
    })
  await expect(outbox.send(intent(1))).rejects.toMatchObject({
    code: 'INSUFFICIENT_FREE',
    meta: { free: '1', needed: '2' },
  })
  node.revert = () => undefined
  await outbox.send(intent(2))
  expect([...node.pool.keys()]).toEqual([0])
})

it('does the same id once, at the same time, later, and after a restart', async () => {
  const first = anOutbox()
  const hashes = await Promise.all([
    first.outbox.send(intent(1), { id: 'settle 7' }),
    first.outbox.send(intent(1), { id: 'settle 7' }),
  ])
  hashes.push(await first.outbox.send(intent(1), { id: 'settle 7' }))
  first.node.mine()
  first.stop()
  const second = anOutbox({ node: first.node, store: first.store })
  hashes.push(await second.outbox.send(intent(1), { id: 'settle 7' }))
  expect(new Set(hashes).size).toBe(1)
  expect(first.node.nonce + first.node.pool.size).toBe(1)
})

it('uses the nonce of a refused transaction again', async () => {
  const { outbox, node } = anOutbox()
  node.refuse = ({ data }) => (data === '0x0001' ? 'intrinsic gas too low' : undefined)
  await expect(outbox.send(intent(1))).rejects.toMatchObject({ code: 'TRANSACTION_REFUSED' })
  await outbox.send(intent(2))
  expect([...node.pool.keys()]).toEqual([0])
})

it('names the account that cannot pay for gas', async () => {
  const { outbox, node } = anOutbox()
  node.refuse = () => 'insufficient funds for gas * price + value'
  await expect(outbox.send(intent(1))).rejects.toMatchObject({
    code: 'INSUFFICIENT_GAS',
    meta: { account: node.address },
  })
})

it('fills a nonce that is missing below waiting transactions', async () => {
  const { outbox, node } = anOutbox()
  // The first of three sent together is refused when the others have their nonces already.
  node.refuse = ({ data }) => (data === '0x0001' ? 'intrinsic gas too low' : undefined)
  const block = outbox.send(intent(9))
  const sent = [1, 2, 3].map((n) => outbox.send(intent(n)))
  await block
  await expect(sent[0]).rejects.toMatchObject({ code: 'TRANSACTION_REFUSED' })
  await Promise.all(sent.slice(1))
  await until(node, () => {
    node.mine()
    expect(minedData(node)).toEqual(expect.arrayContaining(['0x0009', '0x0002', '0x0003']))
  })
  expect(node.mined).toHaveLength(4)
})

it('sends again what the node forgot', async () => {
  const { outbox, node } = anOutbox()
  await outbox.send(intent(1))
  node.pool.clear()
  await until(node, () => expect(node.pool.size).toBe(1))
})

it('keeps an intent while the node is away', async () => {
  const { outbox, node } = anOutbox()
  await outbox.send(intent(1))
  node.isDown = true
  node.pool.clear()
  for (let i = 0; i < 5; i++) node.tick()
  node.isDown = false
  await until(node, () => expect(node.pool.size).toBe(1))
})

it('pays more when blocks pass a transaction over', async () => {
  const { outbox, node } = anOutbox({ settings: { bumpAfterBlocks: 3 } })
  const hash = await outbox.send(intent(1))
  node.baseFee = 100n
  await until(node, () => {
    node.mine()
    expect(minedData(node)).toEqual(['0x0001'])
  })
  const forms = await outbox.formsOf(hash)
  expect(forms.length).toBeGreaterThan(1)
  expect(forms).toContain(node.mined[0]?.hash)
  expect(forms.at(-1)).toBe(hash)
})

it('does not pay more than the cap', async () => {
  const { outbox, node } = anOutbox({ settings: { bumpAfterBlocks: 1, maxFeePerGas: 10n } })
  await outbox.send(intent(1))
  node.baseFee = 1_000n
  for (let i = 0; i < 50; i++) {
    node.mine()
    node.tick()
    await Promise.resolve()
  }
  await vi.waitFor(() => expect(node.heard.length).toBeGreaterThan(1))
  expect(node.heard.every(({ maxFeePerGas }) => maxFeePerGas <= 10n)).toBe(true)
})

it('takes a new nonce when a stranger used its own', async () => {
  const { outbox, node } = anOutbox()
  const hash = await outbox.send(intent(1))
  node.mineStranger(0)
  await until(node, () => expect(node.pool.get(1)?.data).toBe('0x0001'))
  node.mine()
  expect(await outbox.formsOf(hash)).toContain(node.mined.at(-1)?.hash)
})

it('gives up an intent that became impossible when a stranger replaced it', async () => {
  const { outbox, node } = anOutbox()
  const hash = await outbox.send(intent(1))
  node.revert = () => '0x'
  node.mineStranger(0)
  await vi.waitFor(
    async () => {
      node.tick()
      await expect(outbox.formsOf(hash)).rejects.toMatchObject({ code: 'TRANSACTION_FAILED' })
    },
    { interval: 1 },
  )
})

it('never takes a missing receipt as proof that a transaction was replaced', async () => {
  const { outbox, node } = anOutbox()
  await outbox.send(intent(1))
  node.mine()
  const { rpc } = node
  const heardBefore = node.heard.length
  // The node lost its index of receipts, but the block holds our own transaction.
  node.rpc = (method, params) =>
    method === 'eth_getTransactionReceipt' ? Promise.resolve(null as never) : rpc(method, params)
  for (let i = 0; i < 20; i++) {
    node.tick()
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(node.heard.length).toBe(heardBefore)
})

it('goes on after a restart with what was stored and never sent', async () => {
  const first = anOutbox()
  await first.outbox.send(intent(1))
  first.stop()
  first.node.pool.clear()
  const second = anOutbox({ node: first.node, store: first.store })
  await until(first.node, () => expect(first.node.pool.get(0)?.data).toBe('0x0001'))
  await second.outbox.send(intent(2))
  expect(first.node.pool.get(1)?.data).toBe('0x0002')
})

it('sends again what a reorg took out of the chain', async () => {
  const { outbox, node } = anOutbox({ confirmations: 3 })
  await outbox.send(intent(1))
  node.mine()
  node.tick()
  node.reorg(1)
  await until(node, () => expect(node.pool.get(0)?.data).toBe('0x0001'))
})

it('lets two processes of one account share a store', async () => {
  const a = anOutbox()
  const b = anOutbox({ node: a.node, store: a.store })
  await Promise.all([
    ...[1, 2, 3].map((n) => a.outbox.send(intent(n))),
    ...[4, 5, 6].map((n) => b.outbox.send(intent(n))),
  ])
  a.node.mine()
  expect(minedData(a.node).sort()).toEqual([1, 2, 3, 4, 5, 6].map((n) => intent(n).data))
})

it('keeps no more in flight than the window', async () => {
  const { outbox, node } = anOutbox({ settings: { window: 4 } })
  const sent: Promise<TxHash>[] = Array.from({ length: 10 }, (_, n) => outbox.send(intent(n)))
  await until(node, () => expect(node.pool.size).toBe(4))
  await until(node, () => {
    expect(node.pool.size).toBeLessThanOrEqual(4)
    node.mine()
    expect(node.mined).toHaveLength(10)
  })
  await Promise.all(sent)
})

it('leaves rows of another chain alone', async () => {
  const first = anOutbox()
  await first.outbox.send(intent(1))
  first.stop()
  const other = aNode()
  other.blocks = [{ number: 0, hash: `0x${'99'.repeat(32)}` as never, txs: [] }]
  const second = anOutbox({ node: other, store: first.store })
  await second.outbox.send(intent(2))
  expect([...other.pool.values()].map(({ data }) => data)).toEqual(['0x0002'])
})

it('refuses to send to a node of another chain', async () => {
  const node = aNode()
  const { rpc } = node
  node.rpc = (method, params) =>
    method === 'eth_chainId' ? Promise.resolve('0x1' as never) : rpc(method, params)
  const { outbox } = anOutbox({ node })
  await expect(outbox.send(intent(1))).rejects.toMatchObject({
    code: 'CHAIN_MISMATCH',
    meta: { expected: 31_337, found: 1 },
  })
})

it('takes the next nonce when a stranger was faster by a moment', async () => {
  const { outbox, node } = anOutbox()
  let isFirst = true
  node.refuse = ({ nonce }) => {
    if (isFirst) node.mineStranger(nonce)
    isFirst = false
    return undefined
  }
  const hash = await outbox.send(intent(1))
  expect(node.pool.get(1)).toMatchObject({ hash, data: '0x0001' })
})
