import fc from 'fast-check'
import { importer } from 'ipfs-unixfs-importer'
import { fixedSize } from 'ipfs-unixfs-importer/chunker'
import { balanced } from 'ipfs-unixfs-importer/layout'
import type { CID } from 'multiformats/cid'
import { expect, test } from 'vitest'
import type { GetBlock } from './readDag.ts'
import { getVerified, readVerified } from './readVerified.ts'
import { verifyBlock } from './verifyBlock.ts'

/** A DAG cut as small as possible, so that a few bytes make several levels. */
async function cutSmall(bytes: Uint8Array, chunkSize: number, rawLeaves: boolean) {
  const blocks = new Map<string, Uint8Array>()
  const put = (cid: CID, block: Uint8Array): Promise<CID> => {
    blocks.set(cid.toString(), block)
    return Promise.resolve(cid)
  }
  const entries = importer([{ content: bytes }], { put } as never, {
    cidVersion: 1,
    rawLeaves,
    chunker: fixedSize({ chunkSize }),
    layout: balanced({ maxChildrenPerNode: 3 }),
  })
  const getBlock: GetBlock = (cid) => verifyBlock(cid, blocks.get(cid.toString()) as Uint8Array)
  for await (const { cid } of entries) return { root: cid, getBlock }
  throw new RangeError('no root')
}

test('reads any part of any DAG as the bytes that went in', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 200 }),
      fc.integer({ min: 1, max: 64 }),
      fc.boolean(),
      fc.nat(220),
      fc.nat(220),
      fc.nat(3),
      async (bytes, chunk, rawLeaves, offset, length, readAhead) => {
        // Three children a node and five levels below the root hold 243 leaves.
        const { root, getBlock } = await cutSmall(bytes, chunk, rawLeaves)
        const pieces: Uint8Array[] = []
        for await (const piece of readVerified(root, getBlock, { offset, length }, readAhead))
          pieces.push(piece)
        const expected = bytes.subarray(offset, offset + length)
        expect(Buffer.compare(Buffer.concat(pieces), expected)).toBe(0)
        const whole = await getVerified(root, getBlock, { maxBytes: 200, readAhead })
        expect(Buffer.compare(whole, bytes)).toBe(0)
      },
    ),
    { numRuns: 300 },
  )
})
