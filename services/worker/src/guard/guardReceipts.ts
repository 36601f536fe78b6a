import { BaseError, isRetryable, nowSec } from '@millrace/base'
import { claimOfOmission } from '@millrace/protocol'
import type { StepContext } from '../stepContext.ts'
import type { StoredReceipt } from '../store/workerStore.ts'

type Context = Pick<
  StepContext,
  'chain' | 'clock' | 'config' | 'deals' | 'log' | 'seeds' | 'store' | 'worker'
>

/** After a receipt's end a batch that was committed before has mostly settled. */
const SETTLES_IN_SEC = 60

/** What is claimed and what is done cannot be claimed again. */
const DONE = new Set(['ALREADY_CLAIMED', 'NOTHING_TO_CLAIM', 'NOT_OMITTED', 'RECEIPT_EXPIRED'])

/**
 * Looks whether tasks that this worker holds receipts for have settled without it, and claims the pool's
 * stake for them. A receipt is dropped when all of its tasks have settled.
 */
export async function guardReceipts(context: Context): Promise<void> {
  const { store, clock, log } = context
  for (const receipt of store.receipts()) {
    if (receipt.until + SETTLES_IN_SEC > nowSec(clock)) continue
    try {
      if (await isAnswered(context, receipt)) store.removeReceipt(receipt)
    } catch (error) {
      if (!(error instanceof BaseError)) throw error
      const level = isRetryable(error) ? 'debug' : 'warn'
      log[level]('receipt not looked after', { nonce: `${receipt.nonce}`, error: error.message })
    }
  }
}

async function isAnswered(context: Context, receipt: StoredReceipt): Promise<boolean> {
  let isDone = true
  for (const own of receipt.own) {
    const batch = await context.chain.findSettled(own.dealId, own.index)
    if (batch === undefined) isDone = false
    else await claimIfOmitted(context, { receipt, own, batch })
  }
  return isDone
}

type Found = {
  receipt: StoredReceipt
  own: StoredReceipt['own'][number]
  batch: NonNullable<Awaited<ReturnType<Context['chain']['findSettled']>>>
}

async function claimIfOmitted(
  { chain, config, deals, seeds, log, worker }: Context,
  { receipt, own, batch }: Found,
): Promise<void> {
  const terms = deals.terms(own.dealId)
  const settlement = await chain.readSettlement({ ...batch, pool: config.pool })
  if (terms === undefined || settlement === undefined) return
  const { nonce, root, until, signature, items } = receipt
  const claim = claimOfOmission(settlement, {
    receipt: { pool: config.pool, nonce, worker, root, until },
    signature,
    items,
    terms,
    index: own.index,
    digest: own.digest,
    seed: seeds(nonce),
  })
  if (claim === undefined) return
  try {
    await chain.claimOmission(claim)
    log.warn('claimed a task that settled without this worker', { taskId: own.taskId })
  } catch (error) {
    if (!(error instanceof BaseError && DONE.has(error.code))) throw error
  }
}
