import { BaseError } from '@millrace/base'
import type { BlockRef } from './store/cursor.ts'

/**
 * The tables stand at another block than the feed. Not retryable: the same block will never fit, the
 * feed must start again from where they are.
 */
export class CursorMovedError extends BaseError {
  readonly code = 'INDEX_CURSOR_MOVED'
  constructor({ from }: { from: BlockRef }) {
    super(`The index does not stand at block ${from.number}.`, {
      meta: { number: from.number, hash: from.hash },
      hints: ['Another indexer may be writing to the same schema; run one.'],
      docs: 'index-cursor-moved',
    })
  }
}

/** A reorganisation deeper than the undo journal. */
export class JournalTooShortError extends BaseError {
  readonly code = 'INDEX_JOURNAL_TOO_SHORT'
  constructor({ to, undoFrom }: { to: number; undoFrom: number }) {
    super(`The index can be taken back to block ${undoFrom}, not to ${to}.`, {
      meta: { to, undoFrom },
      hints: ['The index is rebuilt from the first block; answers are behind until then.'],
      docs: 'index-journal-too-short',
    })
  }
}
