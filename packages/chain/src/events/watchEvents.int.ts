import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger, type TxHash, wei } from '@millrace/base'
import { mnemonicToAccount } from 'viem/accounts'
import { afterEach, expect, it, vi } from 'vitest'
import { approveToken } from '../actions/approveToken.ts'
import { deposit } from '../actions/deposit.ts'
import { NO_CONTRACTS } from '../client/contracts.ts'
import { createReadClient } from '../client/readClient.ts'
import { createRpc, type Rpc } from '../client/rpc.ts'
import { createWriteClient, type WriteClient } from '../client/writeClient.ts'
import { aLocalChain } from '../node/aLocalChain.ts'
import { anvilProgram } from '../node/anvilProgram.ts'
import { deployContracts } from '../node/deployContracts.ts'
import { spawnGuarded } from '../node/guardedProcess.ts'
import { startChainNode } from '../node/startChainNode.ts'
import { memoryOutboxStore } from '../outbox/memoryOutboxStore.ts'
import { waitForSuccess } from '../receipts/waitForReceipt.ts'
import { type ChainBlock, watchEvents } from './watchEvents.ts'

const stops: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}

/** A plain anvil, which can be made to reorganise its chain, with our contracts on it. */
async function aReorgingChain() {
  const port = await freePort()
  const anvil = spawnGuarded(anvilProgram(), ['--port', String(port), '--silent'])
  const stopping = new AbortController()
  stops.push(() => {
    stopping.abort()
    anvil.kill()
  })
  const rpcUrl = `http://127.0.0.1:${port}`
  const account = mnemonicToAccount('test test test test test test test test test test test junk')
  const deployer = createWriteClient({
    ...{ rpcUrl, account, contracts: NO_CONTRACTS, outbox: memoryOutboxStore() },
    // The seven contracts of the deployment are not to be reorganised away.
    signal: stopping.signal,
  })
  const contracts = await deployContracts(deployer)
  const client: WriteClient = { ...deployer, contracts }
  const approval = { spender: contracts.escrow, amount: wei(10n ** 24n) }
  await waitForSuccess(client, await approveToken(client, approval))
  return { client, rpcUrl, contracts, stopping, rpc: createRpc({ url: rpcUrl }) }
}

/** Keeps what the feed says now. */
function follow(client: Parameters<typeof watchEvents>[0]) {
  const stopping = new AbortController()
  stops.push(() => stopping.abort())
  const blocks: ChainBlock[] = []
  const rollbacks: number[] = []
  const done = watchEvents(client, {
    signal: stopping.signal,
    onBlock: (block) => void blocks.push(block),
    onRollback: (toNumber) => {
      rollbacks.push(toNumber)
      while ((blocks.at(-1)?.number ?? -1) > toNumber) blocks.pop()
    },
  })
  done.catch(() => {})
  const amounts = () =>
    blocks.flatMap(({ events }) =>
      events.flatMap((event) => (event.name === 'Deposited' ? [Number(event.args.amount)] : [])),
    )
  return { blocks, rollbacks, amounts, done }
}

const depositOf = async (client: WriteClient, amount: number): Promise<TxHash> => {
  const hash = await deposit(client, { amount: wei(BigInt(amount)) })
  await waitForSuccess(client, hash)
  return hash
}

/** Generous, for a busy machine; a healthy one needs milliseconds. */
const eventually = (assertion: () => void) =>
  vi.waitFor(assertion, { interval: 5, timeout: 15_000 })

const heightOf = async (rpc: Rpc) => Number(await rpc<string>('eth_blockNumber'))

it('takes back the events of blocks that anvil_reorg replaced', async () => {
  const { client, rpc } = await aReorgingChain()
  for (const amount of [1, 2, 3]) await depositOf(client, amount)
  const feed = follow(client)
  await eventually(() => expect(feed.amounts()).toEqual([1, 2, 3]))
  const head = await heightOf(rpc)
  await rpc('anvil_reorg', [2, []])
  await eventually(() => expect(feed.amounts()).toEqual([1]))
  expect(feed.rollbacks).toEqual([head - 2])
  await eventually(() => expect(feed.blocks.at(-1)?.number).toBe(head))
  for (const { number, hash } of feed.blocks.slice(-4)) {
    const block = await rpc<{ hash: string }>('eth_getBlockByNumber', [
      `0x${number.toString(16)}`,
      false,
    ])
    expect(block.hash).toBe(hash)
  }
})

it('an outbox that waits for confirmations sends again what a reorg dropped', async () => {
  const { client, rpc, rpcUrl, contracts, stopping } = await aReorgingChain()
  const careful = createWriteClient({
    ...{ rpcUrl, contracts, confirmations: 4, account: client.account },
    ...{ outbox: memoryOutboxStore(), signal: stopping.signal, settings: { rebroadcastMs: 50 } },
  })
  const feed = follow(client)
  await deposit(careful, { amount: wei(7n) })
  await eventually(() => expect(feed.amounts()).toEqual([7]))
  await rpc('anvil_reorg', [1, []])
  await eventually(() => expect(feed.rollbacks).toHaveLength(1))
  await eventually(() => expect(feed.amounts()).toEqual([7]))
})

it('follows the embedded node without asking it all the time', async () => {
  const chain = await aLocalChain()
  stops.push(chain.stop)
  const { rpcUrl, contracts } = chain
  const inner = createRpc({ url: rpcUrl })
  let asked = 0
  const rpc: Rpc = (...call) => {
    asked++
    return inner(...call)
  }
  const feed = follow(createReadClient({ rpcUrl, contracts, rpc }))
  const client = await chain.anAccount(wei(5n))
  await eventually(() => expect(feed.amounts()).toEqual([5]))
  // Subscribed by now: in the next half second there is at most one look to be sure.
  const before = asked
  await chain.faucet.clock.sleep(500)
  expect(asked - before).toBeLessThanOrEqual(2)
  expect(client.address).toMatch(/^0x/)
})

it('outlasts a restart of the embedded node', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'millrace-chain-'))
  stops.push(() => rmSync(dir, { recursive: true, force: true }))
  const port = await freePort()
  const startNode = async () => {
    const stopping = new AbortController()
    const deps = { signal: stopping.signal, log: silentLogger }
    const node = await startChainNode({ dir, port, blockMs: 5 }, deps)
    const stop = () => {
      stopping.abort()
      return node.closed
    }
    return { node, stop }
  }
  const first = await startNode()
  const stopping = new AbortController()
  stops.push(() => stopping.abort())
  const { rpcUrl, faucet: account } = first.node
  const options = { rpcUrl, account, outbox: memoryOutboxStore(), signal: stopping.signal }
  const deployer = createWriteClient({ ...options, contracts: NO_CONTRACTS })
  const contracts = await deployContracts(deployer)
  const client: WriteClient = { ...deployer, contracts }
  const approval = { spender: contracts.escrow, amount: wei(100n) }
  await waitForSuccess(client, await approveToken(client, approval))
  const feed = follow(client)
  await depositOf(client, 1)
  await eventually(() => expect(feed.amounts()).toEqual([1]))
  await first.stop()
  // Asked for while there is no node; it is sent when there is one.
  const meanwhile = depositOf(client, 2)
  const second = await startNode()
  stops.push(second.stop)
  await meanwhile
  await eventually(() => expect(feed.amounts()).toEqual([1, 2]))
  expect(feed.rollbacks).toEqual([])
})
