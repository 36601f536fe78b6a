import { nowSec } from '@millrace/base'
import type { StepContext } from './stepContext.ts'

/** After a deal can no longer settle, in case clocks differ. */
const GRACE_SEC = 60
/** Claims against a pool name the terms of the deal. */
const TERMS_KEPT_SEC = 24 * 3600
const SEALS_KEPT_SEC = 30 * 24 * 3600

/** Drops what has no use any more: executions of deals past their window, old receipts and seals. */
export function forgetOld({ store, deals, clock }: StepContext): void {
  const now = nowSec(clock)
  for (const execution of [...store.executions()]) {
    const terms = deals.terms(execution.dealId)
    if (terms !== undefined && terms.expiresAt + terms.settleWindowSec + GRACE_SEC < now)
      store.put({ ...execution, status: 'settled' })
  }
  store.forgetReceipts(now)
  store.forgetDeals(now - TERMS_KEPT_SEC)
  for (const { nonce, sealedAtSec } of [...store.batches()]) {
    if (sealedAtSec + SEALS_KEPT_SEC >= now) continue
    // Nothing may ever be sealed again under a nonce whose seal is no longer known.
    if (nonce > BigInt(store.getMeta('prunedNonce') ?? '-1'))
      store.setMeta('prunedNonce', `${nonce}`)
    store.removeBatch(nonce)
  }
}
