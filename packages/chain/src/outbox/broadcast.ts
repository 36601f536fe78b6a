import { type BaseError, isRetryable } from '@millrace/base'
import { RpcFailedError } from '../errors/rpcErrors.ts'
import type { OutboxContext } from './outboxContext.ts'
import { InsufficientGasError, TransactionRefusedError } from './outboxErrors.ts'
import type { OutboxRow } from './outboxStore.ts'

/**
 * What the node made of a transaction. `accepted`: it has it. `later`: it may take it another time.
 * `taken`: the nonce is used up. `refused`: it will not take it as it is.
 */
export type Outcome =
  | { status: 'accepted' | 'later' | 'taken' }
  | { status: 'refused'; error: BaseError }

/** Gives the newest forms of rows to the node, in the order of the rows. */
export function broadcast(ctx: OutboxContext, rows: readonly OutboxRow[]): Promise<Outcome[]> {
  return Promise.all(
    rows.map(async (row): Promise<Outcome> => {
      try {
        await ctx.rpc('eth_sendRawTransaction', [row.forms.at(-1)?.raw])
        return { status: 'accepted' }
      } catch (error) {
        const outcome = outcomeOf(error, ctx, row)
        const { id, intent, nonce } = row
        ctx.log.debug('transaction not taken', { id, label: intent.label, nonce, ...outcome })
        return outcome
      }
    }),
  )
}

// The words of geth, anvil, Besu and Nethermind.
const KNOWN = /already known|already imported|known transaction|already exists/i
const NONCE_USED = /nonce.*too low|nonce.*already|oldnonce|invalid nonce/i
const LATER = /underpriced|pool is full|pool.*full|limit|rate|timeout|busy|replacement|temporar/i
const NO_FUNDS = /insufficient funds|insufficient balance|upfront cost/i
const GAS_LIMIT = /gas limit|gas too/i

function outcomeOf(error: unknown, ctx: OutboxContext, { intent }: OutboxRow): Outcome {
  if (isRetryable(error)) return { status: 'later' }
  if (!(error instanceof RpcFailedError)) throw error
  const reason = String(error.rpcMessage)
  const { label } = intent
  if (KNOWN.test(reason)) return { status: 'accepted' }
  if (NONCE_USED.test(reason)) return { status: 'taken' }
  if (NO_FUNDS.test(reason)) {
    const { address: account } = ctx
    return { status: 'refused', error: new InsufficientGasError({ account, label, cause: error }) }
  }
  if (!GAS_LIMIT.test(reason) && LATER.test(reason)) return { status: 'later' }
  return { status: 'refused', error: new TransactionRefusedError({ label, reason, cause: error }) }
}
