export type { BlobStore, BlockSource, Cid, ReadOptions } from './blobStore.ts'
export {
  type Content,
  cidOf,
  cidToContent,
  contentToCid,
  LEAF_BYTES,
  normalCid,
} from './contentId.ts'
export {
  BlobCorruptError,
  BlobNotFoundError,
  BlobTooLargeError,
  QuotaExceededError,
  StorageBusyError,
  StorageFullError,
  StorageUnavailableError,
} from './errors.ts'
export { memoryBlobStore } from './memory/memoryBlobStore.ts'
