import type { Address } from '@millrace/base'
import type { DealTerms } from '@millrace/protocol'

/** Whose money it is; workers by address. `escrow` holds locks, `bonds` what workers have bonded. */
export type Holder = 'requester' | 'pool' | 'escrow' | 'bonds' | Address

/** Every movement of money on the simulated chain, each between two holders: nothing is made or lost. */
export class SimLedger {
  readonly #balances = new Map<Holder, bigint>()

  balanceOf(holder: Holder): bigint {
    return this.#balances.get(holder) ?? 0n
  }

  move(from: Holder, to: Holder, amount: bigint): void {
    this.#balances.set(from, this.balanceOf(from) - amount)
    this.#balances.set(to, this.balanceOf(to) + amount)
  }

  /** The requester's price and the pool's stake of all tasks are locked. */
  open({ poolPrice, poolStake, volume }: DealTerms): void {
    this.move('requester', 'escrow', poolPrice * BigInt(volume))
    this.move('pool', 'escrow', poolStake * BigInt(volume))
  }

  settle({ poolPrice, poolStake, workerShareBps }: DealTerms, workers: readonly Address[]): void {
    const share = (poolPrice * BigInt(workerShareBps)) / 10_000n / BigInt(workers.length)
    for (const worker of workers) this.move('escrow', worker, share)
    this.move('escrow', 'pool', poolPrice - share * BigInt(workers.length) + poolStake)
  }

  /** A task that will never settle: workers share what its dropped batch owes, the rest is the requester's. */
  refund(
    { poolPrice, poolStake, workerShareBps }: DealTerms,
    claimants: readonly Address[] = [],
  ): void {
    const part = (poolPrice * BigInt(workerShareBps)) / 10_000n
    const most = part < poolStake / 2n ? part : poolStake / 2n
    const share = claimants.length === 0 ? 0n : most / BigInt(claimants.length)
    for (const worker of claimants) this.move('escrow', worker, share)
    this.move('escrow', 'requester', poolPrice + poolStake - share * BigInt(claimants.length))
  }
}
