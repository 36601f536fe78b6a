import type { Address, Hex32 } from '@millrace/base'
import { type MerkleTree, merkleTree, sealLeaf, sortSeals } from '@millrace/protocol'
import { ballotsOf } from './ballots.ts'
import type { Batch, PoolState } from './state.ts'

type SealTree = { places: ReadonlyMap<Address, number>; tree: MerkleTree }

/** The tree over the seals of a batch that is not open any more. */
function sealTreeOf(state: PoolState, batch: Batch): SealTree {
  const found = cache.get(batch)
  if (found !== undefined) return found
  const ballots = [...ballotsOf(state, batch)]
  const seals = sortSeals(ballots.map(([worker, { head }]) => ({ worker, head })))
  const made = {
    places: new Map(seals.map(({ worker }, place) => [worker, place])),
    tree: merkleTree(seals.map(({ worker, head }) => sealLeaf(worker, head))),
  }
  cache.set(batch, made)
  return made
}

/** Ballots of a sealed batch do not change; every worker of it asks for a proof. */
const cache = new WeakMap<Batch, SealTree>()

/** What commitBatch puts on chain. */
export function rootOf(state: PoolState, batch: Batch): Hex32 {
  return sealTreeOf(state, batch).tree.root
}

/** Proof for a worker that its seal is under the root on chain. */
export function proofFor(
  state: PoolState,
  batch: Batch,
  worker: Address,
): { index: number; count: number; proof: Hex32[] } {
  const { places, tree } = sealTreeOf(state, batch)
  const index = places.get(worker)
  if (index === undefined) throw new RangeError(`${worker} has no seal in batch ${batch.nonce}`)
  return { index, count: places.size, proof: tree.proofOf(index) }
}
