import { type Hex32, hexToBytes, InvalidInputError } from '@millrace/base'
import fc from 'fast-check'
import { sha256 } from 'viem'
import { describe, expect, it } from 'vitest'
import { hashOutputFile, hashOutputs } from './digest.ts'
import { type OutputProof, proveOutput } from './outputProof.ts'

const path = fc.stringMatching(/^[a-zäö]{1,8}$/)
const file = fc.record({
  path,
  sizeBytes: fc.nat(),
  sha256: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => sha256(bytes) as Hex32),
})
const files = fc.uniqueArray(file, { selector: ({ path }) => path, minLength: 1, maxLength: 20 })

/** As DigestLib climbs, written for itself: the side follows from the place, an odd node moves up. */
function climb(leaf: Hex32, { position, count, proof }: OutputProof): Hex32 {
  const rest = [...proof]
  let node = leaf
  for (let i = position, width = count; width > 1; i >>= 1, width = (width + 1) >> 1) {
    if ((i ^ 1) >= width) continue
    const sibling = rest.shift() as Hex32
    const pair = (i & 1) === 0 ? [node, sibling] : [sibling, node]
    node = sha256(Uint8Array.of(1, ...pair.flatMap((hash) => [...hexToBytes(hash)]))) as Hex32
  }
  expect(rest).toEqual([])
  return node
}

describe('proveOutput', () => {
  it('leads from every file to the root of them all', () => {
    fc.assert(
      fc.property(files, (outputs) => {
        const root = hashOutputs(outputs)
        for (const output of outputs)
          expect(climb(hashOutputFile(output), proveOutput(outputs, output.path))).toBe(root)
      }),
    )
  })

  it('names the files there are when the one asked for is missing', () => {
    const outputs = [{ path: 'a', sizeBytes: 0, sha256: sha256('0x') as Hex32 }]
    expect(() => proveOutput(outputs, 'b')).toThrow(InvalidInputError)
    expect(() => proveOutput(outputs, 'b')).toThrow(/a file of the result: a/)
    expect(() => proveOutput([], 'b')).toThrow(/it has none/)
  })
})
