import {
  type Address,
  address,
  type DealId,
  type Hex32,
  type UnixSeconds,
  type Wei,
  wei,
  ZERO_HEX32,
} from '@millrace/base'
import { hashCommit, hashTask, type ProtocolDomain, type Settlement } from '@millrace/protocol'
import type { WorkerChain } from '../chainPort.ts'

/** A chain in memory behind the worker's port; tests write to it what contracts would hold. */
export type FakeChain = WorkerChain & {
  operators: Set<Address>
  deals: Map<DealId, 'open' | 'closed'>
  assets: Map<Address, { content: Hex32; codec: number }>
  funds: { bond: Wei; free: Wei; tokens: Wei }
  /** What the worker has done to its funds, in order. */
  calls: string[]
  commit(nonce: bigint, root: Hex32, committedAt: UnixSeconds): void
  settle(nonce: bigint): void
  /** What settled a task, by its id. */
  settlements: Map<string, Settlement>
}

export const TEST_DOMAIN: ProtocolDomain = {
  chainId: 31_337,
  verifyingContract: address(`0x${'77'.repeat(20)}`),
}

/** Facts of some batch. */
const SETTLED = `0x${'5e'.repeat(32)}` as Hex32

export function fakeChain(): FakeChain {
  const batches = new Map<bigint, Hex32>()
  const commits = new Map<bigint, { root: Hex32; committedAt: UnixSeconds }>()
  const chain: FakeChain = {
    domain: TEST_DOMAIN,
    operators: new Set(),
    deals: new Map(),
    assets: new Map(),
    funds: { bond: wei(0n), free: wei(0n), tokens: wei(0n) },
    calls: [],
    commit: (nonce, root, committedAt) => {
      batches.set(nonce, hashCommit(root, committedAt))
      commits.set(nonce, { root, committedAt })
    },
    settle: (nonce) => {
      batches.set(nonce, SETTLED)
    },
    isOperator: (_, who) => Promise.resolve(chain.operators.has(who)),
    readDealStatus: (dealId) => Promise.resolve(chain.deals.get(dealId) ?? 'none'),
    readAsset: (asset) => Promise.resolve(chain.assets.get(asset)),
    readBatch: (_, nonce) => Promise.resolve(batches.get(nonce) ?? ZERO_HEX32),
    readCommit: (_, nonce) => Promise.resolve(commits.get(nonce)),
    readRules: () => Promise.resolve({ revealWindowSec: 1200, slashBps: 5000 }),
    settlements: new Map(),
    findSettled: (dealId, index) => {
      const found = chain.settlements.get(hashTask(dealId, index))
      return Promise.resolve(
        found && { nonce: found.nonce, txHash: hashTask(dealId, index) as never },
      )
    },
    readSettlement: ({ txHash }) => Promise.resolve(chain.settlements.get(txHash)),
    claimOmission: ({ result }) => {
      chain.calls.push(`claimOmission ${result.index}`)
      return Promise.resolve()
    },
    gasPrice: () => Promise.resolve(10n ** 9n),
    forceReveal: ({ nonce, place }) => {
      chain.calls.push(`forceReveal ${nonce} ${place === undefined ? 'unproven' : 'proven'}`)
      return Promise.resolve()
    },
    forfeit: ({ nonce }) => {
      chain.calls.push(`forfeit ${nonce}`)
      return Promise.resolve()
    },
    readFunds: () => Promise.resolve(chain.funds),
    deposit: (amount) => {
      const { bond, free, tokens } = chain.funds
      chain.calls.push(`deposit ${amount}`)
      chain.funds = { bond, free: wei(free + amount), tokens: wei(tokens - amount) }
      return Promise.resolve()
    },
    bond: (amount) => {
      const { bond, free, tokens } = chain.funds
      chain.calls.push(`bond ${amount}`)
      chain.funds = { bond: wei(bond + amount), free: wei(free - amount), tokens }
      return Promise.resolve()
    },
  }
  return chain
}
