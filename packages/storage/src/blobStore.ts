/** Content id as text: CIDv1, base32 lower case. */
export type Cid = string

export type ReadOptions = { offset?: number; length?: number; signal?: AbortSignal }

/**
 * Content-addressed blobs. Ids are IPFS CIDs of profile `unixfs-v1-2025` (CIDv1, raw leaves of 1 MiB,
 * 1024 links), so a blob of up to 1 MiB is one raw block. Whatever a store returns has been verified
 * against its id; what `put` has acknowledged is on disk.
 */
export type BlobStore = {
  put(
    source: Uint8Array | AsyncIterable<Uint8Array>,
    options?: { signal?: AbortSignal },
  ): Promise<{ cid: Cid; sizeBytes: number }>
  /** Many small blobs (1 MiB each at most) in one round trip and one flush; ids in order. */
  putMany(blobs: readonly Uint8Array[], options?: { signal?: AbortSignal }): Promise<Cid[]>
  /** @throws {BlobNotFoundError} {@link BlobCorruptError} */
  read(cid: Cid, options?: ReadOptions): AsyncIterable<Uint8Array>
  /** The whole blob; refuses one larger than `maxBytes` before reading it all. */
  getBytes(cid: Cid, options: { maxBytes: number; signal?: AbortSignal }): Promise<Uint8Array>
  has(cid: Cid): Promise<boolean>
}

/** Where single blocks of a blob come from: leaves with bytes (raw) and nodes with links (dag-pb). */
export type BlockSource = {
  /**
   * One block, verified.
   *
   * @throws {BlobNotFoundError} `BLOB_NOT_FOUND`
   * @throws {BlobCorruptError} `BLOB_CORRUPT`
   */
  getBlock(cid: Cid, options?: { signal?: AbortSignal }): Promise<Uint8Array>
}
