// What a client of storage nodes needs, browsers included. Folder stores and nodes, which need Node,
// are in ../index.ts, which has all of this too.
export type { BlobStore, BlockSource, Cid, ReadOptions } from '../blobStore.ts'
export {
  type Content,
  cidOf,
  cidToContent,
  contentToCid,
  LEAF_BYTES,
  normalCid,
} from '../contentId.ts'
export {
  BlobCorruptError,
  BlobNotFoundError,
  BlobTooLargeError,
  QuotaExceededError,
  StorageBusyError,
  StorageUnavailableError,
} from '../errors.ts'
export { type HttpStoreOptions, httpBlobStore } from '../http/httpBlobStore.ts'
export { memoryBlobStore } from '../memory/memoryBlobStore.ts'
