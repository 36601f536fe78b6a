import { type Hex32, hexToBytes, InvalidInputError } from '@millrace/base'
import { sha256 } from 'viem'
import { hashOutputFile, type OutputFile, sortByPath } from './digest.ts'

/** Where a file's leaf stands in the tree of a result's outputs, with its siblings from the bottom up. */
export type OutputProof = { position: number; count: number; proof: Hex32[] }

/**
 * Proof that a file is among a result's outputs, as `Deliveries.deliver` checks it against `outRoot`.
 *
 * @throws {InvalidInputError} when no file has this path.
 * @see docs/protocol/digest.md
 */
export function proveOutput(files: readonly OutputFile[], path: string): OutputProof {
  const sorted = sortByPath(files)
  const position = sorted.findIndex((file) => file.path === path)
  if (position < 0)
    throw new InvalidInputError({
      field: 'path',
      value: path,
      expected: `a file of the result: ${sorted.map((file) => file.path).join(', ') || 'it has none'}`,
    })
  const proof: Hex32[] = []
  let level = sorted.map(hashOutputFile)
  for (let i = position; level.length > 1; i >>= 1) {
    const sibling = level[i ^ 1]
    if (sibling !== undefined) proof.push(sibling)
    level = nextLevel(level)
  }
  return { position, count: sorted.length, proof }
}

function nextLevel(level: readonly Hex32[]): Hex32[] {
  const next: Hex32[] = []
  for (let i = 0; i < level.length; i += 2) {
    const [left, right] = [level[i] as Hex32, level[i + 1]]
    next.push(right === undefined ? left : hashNode(left, right))
  }
  return next
}

function hashNode(left: Hex32, right: Hex32): Hex32 {
  return sha256(Uint8Array.of(1, ...hexToBytes(left), ...hexToBytes(right))) as Hex32
}
