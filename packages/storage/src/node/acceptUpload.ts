import type { IncomingMessage } from 'node:http'
import { InvalidInputError } from '@millrace/base'
import type { CID } from 'multiformats/cid'
import type { Cid } from '../blobStore.ts'
import { isSupported, RAW } from '../contentId.ts'
import { decodeCar } from '../dag/carFile.ts'
import type { GetBlock } from '../dag/readDag.ts'
import { isBlockOf, MAX_BLOCK_BYTES } from '../dag/verifyBlock.ts'
import { BlobTooLargeError } from '../errors.ts'
import type { FolderStore } from '../folder/fsBlobStore.ts'

export type UploadLimits = { maxBlobBytes: number; maxCarBytes: number }

type Upload = { request: IncomingMessage; client: string; limits: UploadLimits }

const BLOB_TYPE = 'application/octet-stream'
const CAR_TYPE = 'application/vnd.ipld.car'

/** `POST /blobs`: the body is the blob. */
export async function acceptBlob(
  store: FolderStore,
  { request, client, limits }: Upload,
): Promise<{ cid: Cid; sizeBytes: number }> {
  const maxBytes = limits.maxBlobBytes
  requireType(request, BLOB_TYPE)
  refuseByLength(request, maxBytes)
  return await store.put(request, { client, maxBytes })
}

/** `POST /car`: the body is a CAR file; its roots are stored, small raw ones all in one commit. */
export async function acceptCar(
  store: FolderStore,
  { request, client, limits }: Upload,
): Promise<{ roots: Cid[] }> {
  requireType(request, CAR_TYPE)
  refuseByLength(request, limits.maxCarBytes)
  const { roots, blocks } = decodeCar(await readBody(request, limits.maxCarBytes))
  const byId = new Map<string, Uint8Array>()
  for (const { cid, bytes } of blocks) {
    verifyUploaded(cid, bytes)
    byId.set(keyOf(cid), bytes)
  }
  const getBlock: GetBlock = (cid) => {
    const bytes = byId.get(keyOf(cid))
    if (bytes !== undefined) return bytes
    throw new InvalidInputError({
      field: 'body',
      value: cid.toString(),
      expected: 'in the CAR file',
    })
  }
  const options = { client, maxBytes: limits.maxBlobBytes }
  const raw: Uint8Array[] = []
  for (const root of roots) {
    if (root.code === RAW) raw.push(await getBlock(root))
    else await store.importDag(root.toV1(), getBlock, options)
  }
  await store.putMany(raw, options)
  return { roots: roots.map((root) => root.toV1().toString()) }
}

function verifyUploaded(cid: CID, bytes: Uint8Array): void {
  const expected = 'a block of at most 2 MiB that matches its sha2-256 content id'
  if (!isSupported(cid) || bytes.length > MAX_BLOCK_BYTES || !isBlockOf(cid, bytes))
    throw new InvalidInputError({ field: 'body', value: cid.toString(), expected })
}

function keyOf(cid: CID): string {
  return cid.version === 1 ? cid.toString() : cid.toV1().toString()
}

/**
 * A browser sends a type like these to another site only with that site's consent, which this node
 * never gives: so no web page can fill a node that runs on the visitor's machine.
 */
function requireType(request: IncomingMessage, type: string): void {
  const value = request.headers['content-type']
  if (value?.split(';')[0]?.trim() !== type)
    throw new InvalidInputError({ field: 'content-type', value, expected: type })
}

/** Refuses what says itself that it is too large, before a byte of it is read. */
function refuseByLength(request: IncomingMessage, maxBytes: number): void {
  const sizeBytes = Number(request.headers['content-length'] ?? 0)
  if (sizeBytes > maxBytes) throw new BlobTooLargeError({ what: 'the upload', maxBytes, sizeBytes })
}

async function readBody(request: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of request as AsyncIterable<Uint8Array>) {
    length += piece.length
    if (length > maxBytes) throw new BlobTooLargeError({ what: 'the upload', maxBytes })
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}
