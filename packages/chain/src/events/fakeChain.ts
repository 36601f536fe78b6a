import { type Address, type Hex, type Hex32, systemClock, ZERO_ADDRESS } from '@millrace/base'
import { encodeAbiParameters, encodeEventTopics, keccak256, toHex } from 'viem'
import { ABIS, type ContractAddresses, NO_CONTRACTS } from '../client/contracts.ts'
import type { ReadClient } from '../client/readClient.ts'
import type { Rpc } from '../client/rpc.ts'
import { RpcFailedError } from '../errors/rpcErrors.ts'
import type { RpcLog } from './decodeEvents.ts'

const ESCROW = `0x${'e5'.repeat(20)}` as Address
const CONTRACTS: ContractAddresses = { ...NO_CONTRACTS, escrow: ESCROW }

type Block = { number: number; hash: Hex32; parentHash: Hex32; logs: RpcLog[] }

/** A chain in memory whose blocks hold deposits, told apart by their amounts; for tests of the feed. */
export class FakeChain {
  blocks: Block[] = []
  /** Blocks that one `eth_getLogs` may span. */
  maxRange = Number.POSITIVE_INFINITY
  /** Called before every answer: the chain may change between two questions. */
  beforeAnswer = () => {}
  asked: string[] = []
  #made = 0
  #mark = 0
  #waiters = new Set<() => void>()

  constructor() {
    this.append()
  }

  /** A block with these deposits on top of the chain. */
  append(...amounts: number[]): void {
    const number = this.blocks.length
    const hash = keccak256(toHex(`block ${number} ${this.#made++}`)) as Hex32
    const parentHash = this.blocks.at(-1)?.hash ?? (`0x${'0'.repeat(64)}` as Hex32)
    const logs = amounts.map((amount, i) => depositLog({ number, hash, amount, logIndex: i }))
    this.blocks.push({ number, hash, parentHash, logs })
  }

  /** Removes the last blocks, but never the first. */
  reorg(depth: number): void {
    this.blocks.length = Math.max(1, this.blocks.length - depth)
  }

  /** Wakes whoever waits for a head. */
  tick(): void {
    this.#mark++
    const waiters = [...this.#waiters]
    this.#waiters.clear()
    for (const wake of waiters) wake()
  }

  get amounts(): number[] {
    return this.blocks.flatMap(({ logs }) => logs.map(({ data }) => Number(data)))
  }

  get client(): ReadClient {
    return {
      rpcUrl: 'http://fake',
      chainId: 31_337,
      contracts: CONTRACTS,
      rpc: this.rpc,
      confirmations: 0,
      clock: systemClock,
      heads: {
        mark: () => this.#mark,
        next: (mark, { signal } = {}) =>
          new Promise((resolve, reject) => {
            if (mark !== this.#mark) return resolve()
            this.#waiters.add(resolve)
            signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
          }),
      },
    }
  }

  readonly rpc: Rpc = async <T>(method: string, params: readonly unknown[] = []): Promise<T> => {
    await Promise.resolve()
    this.beforeAnswer()
    this.asked.push(method)
    const [first] = params
    if (method === 'eth_getLogs') return this.#logs(first as Filter) as T
    const block = first === 'latest' ? this.blocks.at(-1) : this.blocks[Number(first)]
    if (block === undefined) return null as T
    const { number, hash, parentHash } = block
    return { number: toHex(number), hash, parentHash, timestamp: '0x64' } as T
  }

  #logs({ blockHash, fromBlock, toBlock }: Filter): RpcLog[] {
    if (blockHash !== undefined) {
      const block = this.blocks.find(({ hash }) => hash === blockHash)
      if (block === undefined) throw refused('unknown block')
      return block.logs
    }
    const [from, to] = [Number(fromBlock), Number(toBlock)]
    if (to - from >= this.maxRange) throw refused('block range is too wide')
    return this.blocks.slice(from, to + 1).flatMap(({ logs }) => logs)
  }
}

type Filter = { blockHash?: Hex; fromBlock?: Hex; toBlock?: Hex }

function refused(rpcMessage: string): RpcFailedError {
  return new RpcFailedError({ method: 'eth_getLogs', rpcCode: -32_000, rpcMessage })
}

function depositLog({
  number,
  hash,
  amount,
  logIndex,
}: {
  number: number
  hash: Hex32
  amount: number
  logIndex: number
}): RpcLog {
  return {
    address: ESCROW,
    topics: encodeEventTopics({
      abi: ABIS.escrow,
      eventName: 'Deposited',
      args: { account: ZERO_ADDRESS },
    }) as [Hex, ...Hex[]],
    data: encodeAbiParameters([{ type: 'uint256' }], [BigInt(amount)]),
    blockNumber: toHex(number),
    blockHash: hash,
    transactionHash: keccak256(toHex(`tx ${amount}`)),
    logIndex: toHex(logIndex),
  }
}
