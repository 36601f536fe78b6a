/** What a process remembers of open rows between two looks; losing it costs nothing but time. */
export type WatchMemory = {
  /** When and at which head a row was last given to the node, and how often. */
  sent: Map<string, { atMs: number; atBlock: number; times: number }>
  /** Since when a nonce has been missing. */
  missing: Map<number, number>
  /** How often a row whose nonce is used up had no receipt. */
  receiptless: Map<string, number>
}

export function createWatchMemory(): WatchMemory {
  return { sent: new Map(), missing: new Map(), receiptless: new Map() }
}
