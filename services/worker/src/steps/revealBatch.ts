import { hashCommit, sealLeaf, verifyMerkleProof } from '@millrace/protocol'
import { NotAnchoredError, PoolMisbehavedError } from '../errors.ts'
import type { SealedBatch } from '../execution.ts'
import type { StepContext } from '../stepContext.ts'

/**
 * Shows the seed and digests of a batch, once this worker has itself seen the batch's root on chain
 * and proved that its seal is under it: then nobody can still copy.
 *
 * @throws {NotAnchoredError} `NOT_ANCHORED`, retryable, while the chain does not show the root.
 * @throws {PoolMisbehavedError} `POOL_MISBEHAVED`
 */
export async function revealBatch(context: StepContext, batch: SealedBatch): Promise<void> {
  const { chain, config, store, worker } = context
  const { nonce, head, anchor } = batch
  if (anchor === undefined || head === undefined) return
  const { root, index, count, proof } = anchor
  if (!verifyMerkleProof(sealLeaf(worker, head), { index, count, proof, root }))
    throw new PoolMisbehavedError('its proof does not lead from my seal to the root', {
      nonce,
      root,
    })
  const slot = await chain.readBatch(config.pool, nonce, config.confirmations)
  if (slot !== hashCommit(root, anchor.committedAt)) throw new NotAnchoredError({ nonce, root })
  const latest = store.getBatch(nonce)
  if (latest === undefined) return
  store.putBatch({ ...latest, status: 'revealed' })
  for (const { taskId } of batch.tasks) store.patch(taskId, 'sealed', { status: 'revealed' })
  sendReveal(context, batch)
}

/** Seed and digests of a batch that may be shown. */
export function sendReveal({ send, seeds }: StepContext, { nonce, tasks }: SealedBatch): void {
  const items = tasks.map(({ taskId, digest }) => ({ taskId, digest }))
  send({ type: 'reveal', nonce, seed: seeds(nonce), items })
}
