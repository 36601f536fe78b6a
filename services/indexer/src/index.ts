export { CursorMovedError, JournalTooShortError } from './errors.ts'
export {
  type Indexer,
  type IndexerConfig,
  type IndexerDeps,
  startIndexer,
} from './startIndexer.ts'
