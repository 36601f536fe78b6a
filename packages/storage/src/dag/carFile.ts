import { CarBufferReader } from '@ipld/car/buffer-reader'
import { blockLength, createWriter, headerLength } from '@ipld/car/buffer-writer'
import { InvalidInputError } from '@millrace/base'
import { varint } from 'multiformats'
import type { CID } from 'multiformats/cid'

/** A block with the id it is said to have. */
export type Block = { cid: CID; bytes: Uint8Array }

/** One CAR file (version 1) whose blocks are all roots: many small blobs in one piece. */
export function encodeCar(blocks: readonly Block[]): Uint8Array {
  const roots = blocks.map(({ cid }) => cid)
  const headerSize = headerLength({ roots })
  const sizeBytes = blocks.reduce((sum, block) => sum + blockLength(block), headerSize)
  const writer = createWriter(new ArrayBuffer(sizeBytes), { headerSize })
  // Not as an option: the library measures the header anew for each root it is given.
  for (const root of roots) writer.roots.push(root)
  for (const block of blocks) writer.write(block)
  return writer.close()
}

/**
 * Takes a CAR file apart and believes nothing in it: blocks are not verified yet.
 *
 * @throws {InvalidInputError} `INVALID_INPUT`
 */
export function decodeCar(bytes: Uint8Array): { roots: CID[]; blocks: Block[] } {
  try {
    const reader = CarBufferReader.fromBytes(bytes)
    return { roots: reader.getRoots(), blocks: [...reader.blocks()] }
  } catch (error) {
    throw new InvalidInputError({
      field: 'body',
      value: (error as Error).message,
      expected: 'a CAR file of version 1',
    })
  }
}

/** A CAR file of one root as a stream, block by block. */
export async function* streamCar(
  root: CID,
  blocks: AsyncIterable<Block>,
): AsyncGenerator<Uint8Array> {
  const headerSize = headerLength({ roots: [root] })
  yield createWriter(new ArrayBuffer(headerSize), { roots: [root], headerSize }).close()
  for await (const { cid, bytes } of blocks) {
    const length = cid.bytes.length + bytes.length
    const head = new Uint8Array(varint.encodingLength(length) + cid.bytes.length)
    varint.encodeTo(length, head)
    head.set(cid.bytes, head.length - cid.bytes.length)
    yield head
    yield bytes
  }
}
