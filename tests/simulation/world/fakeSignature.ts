import type { Address, Hex, Hex32, ResultDigest, TaskId } from '@millrace/base'
import { sealLeaf, tagOf } from '@millrace/protocol'

/** Stands for a signature: only whoever names the same worker, batch and head makes the same one. */
export function fakeSignature(worker: Address, nonce: number, head: Hex32): Hex {
  const name = `0x${nonce.toString(16).padStart(64, '0')}` as ResultDigest
  return `${tagOf(sealLeaf(worker, head) as TaskId, name)}${'00'.repeat(33)}` as Hex
}
