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
  StorageInUseError,
  StorageUnavailableError,
} from './errors.ts'
export type { WriteOptions } from './folder/blobWriter.ts'
export {
  type FolderStore,
  type FolderStoreDeps,
  type FolderStoreOptions,
  fsBlobStore,
} from './folder/fsBlobStore.ts'
export {
  type DownloadOptions,
  type DownloadParameters,
  downloadBlob,
} from './http/downloadBlob.ts'
export { type HttpStoreOptions, httpBlobStore } from './http/httpBlobStore.ts'
export { memoryBlobStore } from './memory/memoryBlobStore.ts'
export {
  type StorageNode,
  type StorageNodeDeps,
  type StorageNodeOptions,
  startStorageNode,
} from './node/startStorageNode.ts'
