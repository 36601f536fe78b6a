import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Clock, type Hex, silentLogger, systemClock } from '@millrace/base'
import type { LocalAccount } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createRpc, type Rpc } from '../client/rpc.ts'
import { readFaucet } from './chainDir.ts'
import { processStart } from './guardedProcess.ts'
import { type ChainNode, type ChainNodeOptions, startChainNode } from './startChainNode.ts'

let dir: string
let stops: (() => Promise<unknown>)[]
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'millrace-chain-'))
  stops = []
})
afterEach(async () => {
  await Promise.all(stops.map((stop) => stop()))
  rmSync(dir, { recursive: true, force: true })
})

async function start(options: Partial<ChainNodeOptions> = {}, clock: Clock = systemClock) {
  const stopping = new AbortController()
  const node = await startChainNode(
    { dir, blockMs: 5, ...options },
    { signal: stopping.signal, log: silentLogger, clock },
  )
  const stop = () => {
    stopping.abort()
    return node.closed.catch(() => {})
  }
  stops.push(stop)
  return { ...node, rpc: createRpc({ url: node.rpcUrl }), stop }
}

const anAccount = () => privateKeyToAccount(generatePrivateKey())
const TO = `0x${'22'.repeat(20)}` as const

function signTransfer(account: LocalAccount, nonce: number, value = 1n): Promise<Hex> {
  const fees = { maxFeePerGas: 10n, maxPriorityFeePerGas: 0n }
  return account.signTransaction({ chainId: 31_337, nonce, gas: 21_000n, to: TO, value, ...fees })
}

async function send(rpc: Rpc, account: LocalAccount, nonce: number, value?: bigint): Promise<Hex> {
  return rpc<Hex>('eth_sendRawTransaction', [await signTransfer(account, nonce, value)])
}

type RpcReceipt = { blockHash: Hex; blockNumber: Hex; status: Hex }
function mined(rpc: Rpc, hash: Hex): Promise<RpcReceipt> {
  return vi.waitFor(
    async () => {
      const receipt = await rpc<RpcReceipt | null>('eth_getTransactionReceipt', [hash])
      if (receipt === null) throw new RangeError(`${hash} is not mined`)
      return receipt
    },
    { interval: 5, timeout: 10_000 },
  )
}

const post = async (node: ChainNode, body: string) => {
  const response = await fetch(node.rpcUrl, { method: 'POST', body })
  const text = await response.text()
  return { status: response.status, json: text === '' ? undefined : JSON.parse(text) }
}

describe('a chain', () => {
  it('mines what is sent and is quiet otherwise', async () => {
    const { rpc, faucet } = await start()
    const receipt = await mined(rpc, await send(rpc, faucet, 0))
    expect(receipt.status).toBe('0x1')
    expect(await rpc('eth_blockNumber')).toBe(receipt.blockNumber)
    await systemClock.sleep(50)
    expect(await rpc('eth_blockNumber')).toBe(receipt.blockNumber)
  })

  it('gives every folder its own genesis and a secret faucet', async () => {
    const one = await start()
    const other = await start({ dir: join(dir, 'other') })
    const genesis = (rpc: Rpc) => rpc<{ hash: Hex }>('eth_getBlockByNumber', ['0x0', false])
    expect((await genesis(one.rpc)).hash).not.toBe((await genesis(other.rpc)).hash)
    expect(one.faucet.address).not.toBe(other.faucet.address)
    expect(readFaucet(dir).address).toBe(one.faucet.address)
    expect(statSync(join(dir, 'faucet.json')).mode & 0o777).toBe(0o600)
  })

  it('goes on with the same blocks after a stop', async () => {
    const first = await start()
    const hashes: Hex[] = []
    for (let nonce = 0; nonce < 20; nonce++) hashes.push(await send(first.rpc, first.faucet, nonce))
    const before = await Promise.all(hashes.map((hash) => mined(first.rpc, hash)))
    await first.stop()
    const second = await start()
    const after = await Promise.all(hashes.map((hash) => mined(second.rpc, hash)))
    expect(after.map(({ blockHash }) => blockHash)).toEqual(
      before.map(({ blockHash }) => blockHash),
    )
    await mined(second.rpc, await send(second.rpc, second.faucet, 20))
  })

  it('begins from a snapshot when the log has grown, and the log begins anew', async () => {
    const first = await start()
    const sender = first.faucet
    let last: Hex = '0x'
    for (let nonce = 0; nonce < 1_200; nonce += 100) {
      const group = Array.from({ length: 100 }, (_, i) => send(first.rpc, sender, nonce + i))
      last = (await Promise.all(group)).at(-1) as Hex
    }
    const before = await mined(first.rpc, last)
    // Not mined before the stop, for a nonce is missing: it must survive in the next log.
    const ahead = await send(first.rpc, sender, 1_201)
    await first.stop()
    expect(readdirSync(dir)).toEqual(expect.arrayContaining(['snapshot', 'log-1.txt']))
    expect(readdirSync(dir)).not.toContain('log-0.txt')

    const second = await start()
    expect((await mined(second.rpc, last)).blockHash).toBe(before.blockHash)
    await send(second.rpc, sender, 1_200)
    const after = await mined(second.rpc, ahead)
    await second.stop()
    const third = await start()
    expect((await mined(third.rpc, ahead)).blockHash).toBe(after.blockHash)
  })

  it('knows the present time after a stop, though its last block is old', async () => {
    const code = '0x4260005260206000f3' // TIMESTAMP as the result of a call
    const old = { nowMs: () => 1_700_000_000_000, sleep: systemClock.sleep }
    const first = await start({}, old)
    await mined(first.rpc, await send(first.rpc, first.faucet, 0))
    await first.stop()
    const { rpc } = await start()
    const now = Number(await rpc('eth_call', [{ data: code }, 'pending']))
    expect(Math.abs(now - Date.now() / 1_000)).toBeLessThan(30)
  })

  it('refuses a second node on its folder, and frees it at the end', async () => {
    const first = await start()
    await expect(start()).rejects.toMatchObject({ code: 'CHAIN_DIR_LOCKED', meta: { dir } })
    await first.stop()
    await start()
  })

  it('names a port that is in use, and leaves nothing running', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    await expect(start({ port })).rejects.toMatchObject({ code: 'PORT_IN_USE', meta: { port } })
    await start()
    server.close()
  })

  it('refuses another chain id than it began with', async () => {
    await (await start({ chainId: 4_242 })).stop()
    await expect(start({ chainId: 1 })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      meta: { field: 'chainId', value: '1' },
    })
    expect(await (await start()).rpc('eth_chainId')).toBe('0x1092')
  })

  it('stops when the EVM ends, and goes on after a start', async () => {
    const first = await start()
    const hash = await send(first.rpc, first.faucet, 0)
    const { pid } = JSON.parse(readFileSync(join(dir, 'anvil.json'), 'utf8'))
    process.kill(pid, 'SIGKILL')
    await expect(first.closed).rejects.toMatchObject({ code: 'CHAIN_STOPPED', retryable: true })
    const second = await start()
    await mined(second.rpc, hash)
  })

  it('refuses to show another history than before', async () => {
    const first = await start()
    await mined(first.rpc, await send(first.rpc, first.faucet, 0))
    await first.stop()
    const log = join(dir, 'log-0.txt')
    const lines = readFileSync(log, 'utf8').replace(
      /^(B 1 )(\d+)/m,
      (_, b, time) => b + (+time + 1),
    )
    writeFileSync(log, lines)
    await expect(start()).rejects.toMatchObject({ code: 'CHAIN_DIVERGED', meta: { number: 1 } })
  })

  it('cuts off a torn last line, and refuses a damaged one', async () => {
    const first = await start()
    const hash = await send(first.rpc, first.faucet, 0)
    await mined(first.rpc, hash)
    await first.stop()
    const log = join(dir, 'log-0.txt')
    appendFileSync(log, 'T 0x1234')
    const second = await start()
    await mined(second.rpc, hash)
    await second.stop()
    writeFileSync(log, `rubbish\n${readFileSync(log, 'utf8')}`)
    await expect(start()).rejects.toMatchObject({ code: 'CHAIN_FOLDER_CORRUPT' })
  })
})

describe('its port', () => {
  it('has no method that makes money, blocks or signatures, or goes past the log', async () => {
    const { rpc } = await start()
    const methods = `anvil_setBalance anvil_reorg anvil_dropTransaction hardhat_impersonateAccount
      evm_mine evm_revert debug_traceTransaction personal_sign eth_sendTransaction eth_sign
      eth_signTypedData_v4 eth_sendUnsignedTransaction eth_sendRawTransactionSync miner_stop
      toString __proto__`.split(/\s+/)
    const codes = await Promise.all(
      methods.map((method) => rpc(method, []).catch(({ rpcCode }) => rpcCode)),
    )
    expect(codes).toEqual(methods.map(() => -32_601))
  })

  it('answers bad messages without ending', async () => {
    const node = await start()
    expect(await post(node, 'rubbish')).toMatchObject({ json: { error: { code: -32_700 } } })
    expect(await post(node, '')).toMatchObject({ json: { error: { code: -32_700 } } })
    expect(await post(node, '[]')).toMatchObject({ json: { error: { code: -32_600 } } })
    expect(await post(node, 'null')).toMatchObject({ json: { error: { code: -32_600 } } })
    expect(await post(node, '{"id":1,"method":7}')).toMatchObject({
      json: { error: { code: -32_600 } },
    })
    expect(await post(node, '{"id":1,"method":"eth_call","params":{}}')).toMatchObject({
      json: { id: 1, error: { code: -32_602 } },
    })
    expect(
      await post(node, '{"id":1,"method":"eth_sendRawTransaction","params":["0x1"]}'),
    ).toMatchObject({ json: { id: 1, error: { code: -32_602 } } })
    expect(await post(node, '{"method":"eth_chainId"}')).toEqual({ status: 204, json: undefined })
    expect((await fetch(node.rpcUrl)).status).toBe(405)
    expect(await node.rpc('eth_chainId')).toBe('0x7a69')
  })

  it('answers a batch in its order, bad calls among good ones', async () => {
    const node = await start()
    const { json } = await post(
      node,
      '[{"id":"a","method":"eth_chainId"},{"id":2,"method":"evm_mine"},7,{"method":"eth_chainId"}]',
    )
    expect(json).toMatchObject([
      { id: 'a', result: '0x7a69' },
      { id: 2, error: { code: -32_601 } },
      { id: null, error: { code: -32_600 } },
    ])
    expect(json).toHaveLength(3)
  })

  it('refuses bodies and batches without measure', async () => {
    const node = await start()
    const body = 'x'.repeat(9 * 1024 * 1024)
    // The connection may be cut before all of it is sent.
    const refused = await post(node, body).catch(() => ({ status: 413 }))
    expect(refused.status).toBe(413)
    const calls = Array.from({ length: 1_001 }, (_, id) => ({ id, method: 'eth_chainId' }))
    expect(await post(node, JSON.stringify(calls))).toMatchObject({
      json: { error: { code: -32_600 } },
    })
  })

  it('tells WebSocket subscribers of heads, logs and pending transactions', async () => {
    const node = await start()
    const socket = new WebSocket(node.wsUrl)
    type Heard = { id?: number; result?: unknown; params?: { subscription?: unknown } }
    const heard: Heard[] = []
    socket.onmessage = ({ data }) => heard.push(JSON.parse(String(data)))
    await new Promise((resolve) => {
      socket.onopen = resolve
    })
    const topics = ['newHeads', 'logs', 'newPendingTransactions', 'gossip']
    for (const [id, topic] of topics.entries())
      socket.send(JSON.stringify({ id, method: 'eth_subscribe', params: [topic] }))
    socket.send('rubbish')
    await vi.waitFor(() => expect(heard).toHaveLength(5), { timeout: 10_000 })
    const ids = topics.map((_, id) => heard.find((reply) => reply.id === id))
    expect(ids[3]).toMatchObject({ error: { code: -32_602 } })
    const hash = await send(node.rpc, node.faucet, 0)
    const { blockHash } = await mined(node.rpc, hash)
    const told = (i: number) =>
      heard.find(({ params }) => params && params.subscription === ids[i]?.result)
    await vi.waitFor(() =>
      expect(told(0)).toMatchObject({ params: { result: { hash: blockHash } } }),
    )
    expect(told(2)).toMatchObject({ params: { result: hash } })
    socket.close()
  })

  it('lets pages of other origins read', async () => {
    const node = await start()
    const response = await fetch(node.rpcUrl, { method: 'OPTIONS' })
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
  })
})

describe('after kill -9', () => {
  const PROGRAM = `
    const { startChainNode } = await import(${JSON.stringify(new URL('startChainNode.ts', import.meta.url).href)})
    const { silentLogger } = await import(${JSON.stringify(import.meta.resolve('@millrace/base'))})
    const options = { dir: process.argv[1], blockMs: 10 }
    const node = await startChainNode(options, { signal: new AbortController().signal, log: silentLogger })
    console.log(node.rpcUrl)
  `

  /** A node in a process of its own. */
  async function startProcess(): Promise<{ child: ChildProcess; url: string }> {
    const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, dir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    stops.push(() => kill(child))
    const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer]
    return { child, url: line.toString().trim() }
  }

  async function kill(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  it('no acknowledged transaction is lost and no block that was seen changes', async () => {
    const faucet = await start()
    const writers = Array.from({ length: 4 }, anAccount)
    for (const [nonce, { address }] of writers.entries()) {
      const raw = await faucet.faucet.signTransaction({
        ...{ chainId: 31_337, nonce, gas: 21_000n, to: address, value: 10n ** 18n },
        ...{ maxFeePerGas: 10n, maxPriorityFeePerGas: 0n },
      })
      await mined(faucet.rpc, await faucet.rpc<Hex>('eth_sendRawTransaction', [raw]))
    }
    await faucet.stop()
    const nonces = writers.map(() => 0)
    const acknowledged: Hex[] = []
    const seen = new Map<string, Hex>()

    for (let round = 0; round < 6; round++) {
      const { child, url } = await startProcess()
      const rpc = createRpc({ url, patienceMs: 0 })
      const writing = writers.map(async (account, i) => {
        for (;;) {
          try {
            acknowledged.push(await send(rpc, account, nonces[i] as number))
            nonces[i] = (nonces[i] as number) + 1
          } catch (error) {
            // Killed between its log and our reply: sent again in the next round.
            if (!/already|too low/.test(String(error))) return
            nonces[i] = (nonces[i] as number) + 1
          }
        }
      })
      const watching = (async () => {
        for (;;) {
          try {
            const block = await rpc<{ number: string; hash: Hex }>('eth_getBlockByNumber', [
              'latest',
              false,
            ])
            seen.set(block.number, block.hash)
          } catch {
            return
          }
        }
      })()
      await systemClock.sleep(150 + 70 * round)
      await kill(child)
      await Promise.all([...writing, watching])
    }

    const { rpc } = await start()
    await Promise.all(acknowledged.map((hash) => mined(rpc, hash)))
    for (const [number, hash] of seen) {
      const block = await rpc<{ hash: Hex }>('eth_getBlockByNumber', [number, false])
      expect(block.hash).toBe(hash)
    }
    expect(acknowledged.length).toBeGreaterThan(100)
    expect(seen.size).toBeGreaterThan(10)
  })

  it('the EVM does not outlive its parent', async () => {
    const { child } = await startProcess()
    const { pid, started } = JSON.parse(readFileSync(join(dir, 'anvil.json'), 'utf8'))
    expect(processStart(pid)).toBe(started)
    await kill(child)
    await vi.waitFor(() => expect(processStart(pid)).not.toBe(started), { timeout: 15_000 })
  })
})
