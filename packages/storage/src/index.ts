export type { BlobStore, Cid, ReadOptions } from './blobStore.ts'
