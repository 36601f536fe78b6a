import {
  type Address,
  type Clock,
  type Hex,
  type Hex32,
  type TxHash,
  ZERO_HEX32,
} from '@millrace/base'
import { keccak256, parseTransaction, toHex } from 'viem'
import type { Heads } from '../client/heads.ts'
import type { Rpc } from '../client/rpc.ts'
import { ChainUnreachableError, RpcFailedError } from '../errors/rpcErrors.ts'

type Pooled = { hash: TxHash; nonce: number; maxFeePerGas: bigint; data: Hex }
type Block = { number: number; hash: Hex32; txs: Pooled[] }

/**
 * A chain node in memory with one account, for tests of the outbox: blocks are made and things go
 * wrong when the test says so.
 */
export class FakeNode {
  blocks: Block[] = [{ number: 0, hash: ZERO_HEX32, txs: [] }]
  pool = new Map<number, Pooled>()
  baseFee = 1n
  isDown = false
  /** Words with which to refuse a raw transaction; undefined accepts it. */
  refuse: (tx: Pooled) => string | undefined = () => undefined
  /** Revert data of dry runs; undefined lets them pass. */
  revert: () => Hex | undefined = () => undefined
  /** Every raw transaction that ever came, accepted or not. */
  heard: Pooled[] = []
  nowMs = 1_000_000
  readonly address: Address
  #mark = 0
  #waiters = new Set<() => void>()
  #sleepers = new Set<{ untilMs: number; wake: () => void }>()

  constructor(address: Address) {
    this.address = address
  }

  readonly clock: Clock = {
    nowMs: () => this.nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        this.#sleepers.add({ untilMs: this.nowMs + ms, wake: resolve })
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
      }),
  }

  readonly heads: Heads = {
    mark: () => this.#mark,
    next: (mark, { signal } = {}) =>
      new Promise((resolve, reject) => {
        if (mark !== this.#mark) return resolve()
        this.#waiters.add(resolve)
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
      }),
  }

  /** Lets time pass and everybody look at the chain. */
  tick(ms = 100): void {
    this.nowMs += ms
    this.#mark++
    const waiters = [...this.#waiters]
    this.#waiters.clear()
    for (const wake of waiters) wake()
    for (const sleeper of this.#sleepers) {
      if (sleeper.untilMs > this.nowMs) continue
      this.#sleepers.delete(sleeper)
      sleeper.wake()
    }
  }

  /** Makes a block of what is pending, can pay, and has no missing nonce below. */
  mine(): Block {
    const txs: Pooled[] = []
    for (let nonce = this.nonce; ; nonce++) {
      const tx = this.pool.get(nonce)
      if (tx === undefined || tx.maxFeePerGas < this.baseFee) break
      txs.push(tx)
      this.pool.delete(nonce)
    }
    return this.append(txs)
  }

  /** A block with a transaction of the account that the outbox knows nothing of. */
  mineStranger(nonce: number): Block {
    this.pool.delete(nonce)
    const hash = keccak256(toHex(`stranger ${nonce} ${this.blocks.length}`)) as TxHash
    return this.append([{ hash, nonce, maxFeePerGas: 1n, data: '0x' }])
  }

  append(txs: Pooled[]): Block {
    const number = this.blocks.length
    const hash = keccak256(toHex(`block ${number} ${this.nowMs} ${txs.length}`)) as Hex32
    const block = { number, hash, txs }
    this.blocks.push(block)
    return block
  }

  /** Removes the last blocks; their transactions are lost, as with anvil_reorg. */
  reorg(depth: number): void {
    this.blocks.length -= depth
  }

  get nonce(): number {
    return this.blocks.reduce((sum, { txs }) => sum + txs.length, 0)
  }

  get mined(): Pooled[] {
    return this.blocks.flatMap(({ txs }) => txs)
  }

  rpc: Rpc = async <T>(method: string, params: readonly unknown[] = []): Promise<T> => {
    await Promise.resolve()
    if (this.isDown) throw new ChainUnreachableError({ url: 'http://fake' })
    const handler = this.#handlers[method]
    if (handler === undefined) throw new RangeError(`the fake node lacks ${method}`)
    return handler(params) as T
  }

  readonly #handlers: Record<string, (params: readonly unknown[]) => unknown> = {
    eth_chainId: () => toHex(31_337),
    eth_blockNumber: () => toHex(this.blocks.length - 1),
    eth_maxPriorityFeePerGas: () => '0x1',
    eth_getBlockByNumber: ([tag]) => {
      const block = tag === 'latest' ? this.blocks.at(-1) : this.blocks[Number(tag)]
      if (block === undefined) return null
      const transactions = block.txs.map(({ hash, nonce }) => ({
        hash,
        nonce: toHex(nonce),
        from: this.address,
      }))
      return { hash: block.hash, baseFeePerGas: toHex(this.baseFee), transactions }
    },
    eth_getTransactionCount: ([, tag]) => {
      if (tag === 'latest') return toHex(this.nonce)
      if (tag !== 'pending') {
        const blocks = this.blocks.slice(0, Number(tag) + 1)
        return toHex(blocks.reduce((sum, { txs }) => sum + txs.length, 0))
      }
      let nonce = this.nonce
      while (this.pool.has(nonce)) nonce++
      return toHex(nonce)
    },
    eth_getTransactionReceipt: ([hash]) => {
      const block = this.blocks.find(({ txs }) => txs.some((tx) => tx.hash === hash))
      return block ? { blockNumber: toHex(block.number) } : null
    },
    eth_estimateGas: () => {
      const data = this.revert()
      if (data !== undefined) throw failed('eth_estimateGas', 'execution reverted', data)
      return toHex(50_000)
    },
    eth_sendRawTransaction: ([raw]) => this.#receive(raw as Hex),
  }

  #receive(raw: Hex): TxHash {
    const { nonce = 0, maxFeePerGas = 0n, data = '0x' } = parseTransaction(raw)
    const tx = { hash: keccak256(raw) as TxHash, nonce, maxFeePerGas, data }
    this.heard.push(tx)
    const method = 'eth_sendRawTransaction'
    const reason = this.refuse(tx)
    if (reason !== undefined) throw failed(method, reason)
    if (nonce < this.nonce) throw failed(method, 'nonce too low')
    const rival = this.pool.get(nonce)
    if (rival?.hash === tx.hash) throw failed(method, 'already known')
    if (rival !== undefined && maxFeePerGas * 10n < rival.maxFeePerGas * 11n)
      throw failed(method, 'replacement transaction underpriced')
    this.pool.set(nonce, tx)
    return tx.hash
  }
}

function failed(method: string, rpcMessage: string, data?: Hex): RpcFailedError {
  return new RpcFailedError({ method, rpcCode: -32_000, rpcMessage, data })
}
