import { type ErrorJson, errorToJson, type Hex, isRetryable } from '@millrace/base'
import type { ContractAddresses } from '../client/contracts.ts'
import { RpcFailedError } from '../errors/rpcErrors.ts'
import { broadcast, type Outcome } from './broadcast.ts'
import { estimateGas, freeNonces } from './dispatch.ts'
import { bumpFees } from './fees.ts'
import { type OutboxContext, readNonce, signForm } from './outboxContext.ts'
import { InsufficientGasError } from './outboxErrors.ts'
import type { Form, OutboxRow } from './outboxStore.ts'
import type { WatchMemory } from './watchMemory.ts'

// Receipts may come a moment after the nonce; only then is it worth looking for a stranger.
const LOOKS_FOR_RECEIPT = 3
const MAX_REBROADCAST_MS = 60_000
const REFUSALS_TO_FAIL = 3

/**
 * One look at all open rows: finds out which are mined and final, gives dropped ones to the node
 * again, pays more for slow ones, fills nonces that are missing below them.
 *
 * @returns the account's next nonce on chain and the number of open rows
 */
export async function watchOpen(
  ctx: OutboxContext,
  contracts: ContractAddresses,
  memory: WatchMemory,
): Promise<{ chainNonce: number; open: number }> {
  const [head, chainNonce, open] = await Promise.all([
    ctx.rpc<Hex>('eth_blockNumber').then(Number),
    readNonce(ctx, 'latest'),
    ctx.store.loadOpen(ctx.scope),
  ])
  const mined = open.filter(({ nonce }) => nonce < chainNonce)
  const unmined = open.filter(({ nonce }) => nonce >= chainNonce)
  const final = await settleMined(ctx, contracts, memory, { mined, head })
  await pushUnmined(ctx, memory, { unmined, chainNonce, head })
  await fillGaps(ctx, memory, { unmined, chainNonce, head })
  for (const id of final) {
    memory.sent.delete(id)
    memory.receiptless.delete(id)
  }
  return { chainNonce, open: open.length - final.length }
}

/** A final row is only asked for its hashes. */
function emptied(row: OutboxRow): OutboxRow {
  const [first, ...rest] = row.forms
  const empty = (form: Form): Form => ({ ...form, raw: '0x' })
  const forms: OutboxRow['forms'] = [empty(first), ...rest.map(empty)]
  return { ...row, state: 'final', intent: { ...row.intent, data: '0x' }, forms }
}

type MinedForm = { blockNumber: Hex } | null

/** Marks rows final; those whose nonce a stranger used get a new one. Ids of rows no longer open. */
async function settleMined(
  ctx: OutboxContext,
  contracts: ContractAddresses,
  { receiptless }: WatchMemory,
  { mined, head }: { mined: OutboxRow[]; head: number },
): Promise<string[]> {
  const blocks = await Promise.all(mined.map((row) => minedIn(ctx, row)))
  const final = mined.filter((_, i) => {
    const block = blocks[i]
    return block !== undefined && block <= head - ctx.confirmations
  })
  if (final.length > 0)
    await ctx.store.exclusively(ctx.scope, (writer) => {
      for (const row of final) writer.save(emptied(row))
    })
  for (const row of mined.filter((_, i) => blocks[i] === undefined)) {
    const looks = (receiptless.get(row.id) ?? 0) + 1
    receiptless.set(row.id, looks)
    if (looks >= LOOKS_FOR_RECEIPT && (await isTakenByStranger(ctx, row, head)))
      await sendAnew(ctx, contracts, row)
  }
  return final.map(({ id }) => id)
}

async function minedIn({ rpc }: OutboxContext, { forms }: OutboxRow): Promise<number | undefined> {
  const receipts = await Promise.all(
    forms.map(({ hash }) => rpc<MinedForm>('eth_getTransactionReceipt', [hash])),
  )
  const found = receipts.find((receipt) => receipt !== null)
  return found ? Number(found.blockNumber) : undefined
}

type BlockTransactions = { transactions: { from: Hex; nonce: Hex; hash: Hex }[] } | null

/**
 * True only if a final block holds another transaction with the row's nonce. A missing receipt
 * proves nothing, since nodes lag and forget, and sending an intent twice is worse than waiting.
 */
async function isTakenByStranger(
  { rpc, address, confirmations }: OutboxContext,
  { nonce, signedAtBlock, forms }: OutboxRow,
  head: number,
): Promise<boolean> {
  const ours = new Set<string>(forms.map(({ hash }) => hash))
  for (let number = head - confirmations; number > signedAtBlock; number--) {
    const block = await rpc<BlockTransactions>('eth_getBlockByNumber', [toQuantity(number), true])
    const rival = block?.transactions.find(
      ({ from, nonce: used }) => from.toLowerCase() === address && Number(used) === nonce,
    )
    if (rival !== undefined) return !ours.has(rival.hash.toLowerCase())
  }
  return false
}

/** Gives an intent a new nonce, or gives it up when its dry run fails now. */
async function sendAnew(
  ctx: OutboxContext,
  contracts: ContractAddresses,
  row: OutboxRow,
): Promise<void> {
  const { id, intent } = row
  ctx.log.warn('transaction replaced by a stranger', { id, label: intent.label, nonce: row.nonce })
  const gas = await estimateGas(ctx, intent, contracts).catch((error: unknown) => {
    if (error instanceof RpcFailedError || isRetryable(error)) throw error
    return errorToJson(error)
  })
  const [fees, chainNonce, head] = await Promise.all([
    ctx.fees(),
    readNonce(ctx, 'latest'),
    ctx.rpc<Hex>('eth_blockNumber'),
  ])
  if (typeof gas !== 'bigint') return giveUp(ctx, row, gas)
  await ctx.store.exclusively(ctx.scope, async (writer) => {
    if (writer.findById(id)?.nonce !== row.nonce) return
    const nonce = freeNonces(writer, chainNonce).next().value
    const form = await signForm(ctx, { intent, nonce, gas, fees })
    writer.save({ ...row, nonce, gas, forms: [...row.forms, form], signedAtBlock: Number(head) })
  })
}

/** Sends rows again that the node may have lost, and for more those that blocks passed over. */
async function pushUnmined(
  ctx: OutboxContext,
  { sent }: WatchMemory,
  {
    unmined,
    chainNonce,
    head,
  }: { unmined: readonly OutboxRow[]; chainNonce: number; head: number },
): Promise<void> {
  const nowMs = ctx.clock.nowMs()
  const { rebroadcastMs, bumpAfterBlocks } = ctx.settings
  const due: OutboxRow[] = []
  for (const [i, row] of unmined.entries()) {
    const last = sent.get(row.id)
    // Above a missing nonce no fee helps.
    const isNext = row.nonce === chainNonce + i
    if (last !== undefined && isNext && head - last.atBlock >= bumpAfterBlocks)
      due.push(await bump(ctx, row))
    else if (last === undefined || nowMs - last.atMs >= pause(rebroadcastMs, last.times))
      due.push(row)
    else continue
    sent.set(row.id, { atMs: nowMs, atBlock: head, times: (last?.times ?? 0) + 1 })
  }
  const outcomes = await broadcast(ctx, due)
  for (const [i, row] of due.entries())
    await takeRefusal(ctx, row, outcomes[i], sent.get(row.id)?.times ?? 0)
}

/** An account without gas money may get some; other refusals end the intent when they persist. */
async function takeRefusal(
  ctx: OutboxContext,
  row: OutboxRow,
  outcome: Outcome | undefined,
  times: number,
): Promise<void> {
  if (outcome?.status !== 'refused') return
  ctx.log.warn('transaction refused', { id: row.id, error: outcome.error.message })
  if (outcome.error instanceof InsufficientGasError || times < REFUSALS_TO_FAIL) return
  await giveUp(ctx, row, errorToJson(outcome.error))
}

function pause(firstMs: number, times: number): number {
  return Math.min(MAX_REBROADCAST_MS, firstMs * 2 ** (times - 1))
}

async function giveUp(ctx: OutboxContext, row: OutboxRow, failure: ErrorJson): Promise<void> {
  await ctx.store.exclusively(ctx.scope, (writer) =>
    writer.save({ ...row, state: 'failed', failure }),
  )
}

/** Signs a row again for more; unchanged when that would pass the cap or gas is free. */
async function bump(ctx: OutboxContext, row: OutboxRow): Promise<OutboxRow> {
  const old = row.forms.at(-1) as Form
  const fees = bumpFees(old, await ctx.fees())
  const { id, intent, nonce, gas } = row
  if (old.maxFeePerGas === 0n) return row
  if (fees.maxFeePerGas > ctx.settings.maxFeePerGas) {
    ctx.log.warn('transaction waits at the highest fee', { id, label: intent.label, nonce })
    return row
  }
  return await ctx.store.exclusively(ctx.scope, async (writer) => {
    const stored = writer.findById(id)
    // Another process may have done so, or have seen it mined.
    if (stored?.state !== 'open' || stored.forms.length !== row.forms.length) return stored ?? row
    const form = await signForm(ctx, { intent, nonce, gas, fees })
    const bumped: OutboxRow = { ...stored, forms: [...stored.forms, form] }
    writer.save(bumped)
    ctx.log.info('transaction signed again for more', { id, label: intent.label, nonce })
    return bumped
  })
}

/** Nonces below an open row that nobody holds would stop it for ever: an empty transfer takes them. */
async function fillGaps(
  ctx: OutboxContext,
  { missing }: WatchMemory,
  { unmined, chainNonce, head }: { unmined: OutboxRow[]; chainNonce: number; head: number },
): Promise<void> {
  const held = new Set(unmined.map(({ nonce }) => nonce))
  const gaps = range(chainNonce, Math.max(chainNonce, ...held)).filter((n) => !held.has(n))
  for (const nonce of missing.keys()) if (!gaps.includes(nonce)) missing.delete(nonce)
  const nowMs = ctx.clock.nowMs()
  for (const nonce of gaps) if (!missing.has(nonce)) missing.set(nonce, nowMs)
  const old = gaps.filter((n) => nowMs - (missing.get(n) ?? nowMs) >= ctx.settings.gapMs)
  if (old.length === 0) return
  const fees = await ctx.fees()
  const fillers = await ctx.store.exclusively(ctx.scope, async (writer) => {
    const taken = new Set(writer.loadOpen().map(({ nonce }) => nonce))
    const made: OutboxRow[] = []
    for (const nonce of old.filter((n) => !taken.has(n))) {
      const intent = { to: ctx.address, data: '0x', value: 0n, label: 'fill nonce' } as const
      const gas = 21_000n
      const form = await signForm(ctx, { intent, nonce, gas, fees })
      const id = `fill:${nonce}:${form.hash}`
      const row: OutboxRow = {
        id,
        state: 'open',
        nonce,
        intent,
        gas,
        forms: [form],
        signedAtBlock: head,
      }
      writer.save(row)
      made.push(row)
    }
    return made
  })
  const outcomes = await broadcast(ctx, fillers)
  const useless = fillers.filter((_, i) => outcomes[i]?.status === 'taken')
  ctx.log.info('missing nonces filled', { nonces: fillers.map(({ nonce }) => nonce) })
  if (useless.length > 0)
    await ctx.store.exclusively(ctx.scope, (writer) => {
      for (const { id } of useless) writer.remove(id)
    })
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i)

const toQuantity = (number: number): Hex => `0x${number.toString(16)}`
