import type { Address, Hex32, TaskId } from '@millrace/base'
import type { PoolEvent } from '@millrace/scheduler'

type RevealForced = Extract<PoolEvent, { kind: 'revealForced' }>

/** A worker's part of a batch, shown on chain. */
export type ForcedReveal = Pick<RevealForced, 'nonce' | 'worker' | 'reveal'> & { head: Hex32 }

/** What workers have shown on chain, batch by batch. */
export class SimReveals {
  readonly #shown = new Map<number, Map<Address, ForcedReveal>>()

  get size(): number {
    return [...this.#shown.values()].reduce((sum, { size }) => sum + size, 0)
  }

  note(forced: ForcedReveal): void {
    const { nonce, worker } = forced
    const shown = this.#shown.get(nonce) ?? new Map<Address, ForcedReveal>()
    this.#shown.set(nonce, shown.set(worker, forced))
  }

  has(nonce: number, { worker, head }: { worker: Address; head: Hex32 }): boolean {
    return this.#shown.get(nonce)?.get(worker)?.head === head
  }

  /** Tasks of a batch that were shown, and by whom. */
  claimantsOf(nonce: number): Map<TaskId, Address[]> {
    const claimants = new Map<TaskId, Address[]>()
    for (const { worker, reveal } of this.#shown.get(nonce)?.values() ?? [])
      for (const { taskId } of reveal.items)
        claimants.set(taskId, [...(claimants.get(taskId) ?? []), worker])
    return claimants
  }
}
