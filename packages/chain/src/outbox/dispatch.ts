import type { Hex, TxHash } from '@millrace/base'
import type { ContractAddresses } from '../client/contracts.ts'
import { decodedErrors } from '../errors/decodeContractError.ts'
import { broadcast, type Outcome } from './broadcast.ts'
import { type OutboxContext, readNonce, signForm } from './outboxContext.ts'
import type { Intent, OutboxRow, OutboxWriter } from './outboxStore.ts'
import type { WatchMemory } from './watchMemory.ts'

/** An intent that passed its dry run and waits for a nonce. */
export type Waiting = {
  id: string
  intent: Intent
  gas: bigint
  resolve: (hash: TxHash) => void
  reject: (error: unknown) => void
  /** A stranger used the nonce first: queue it again. */
  again: () => void
}

// Highest gas of one transaction on chains with EIP-7825.
const MAX_TX_GAS = 16_777_216n

/**
 * Dry run of an intent on top of what is pending.
 *
 * @returns gas to allow: the estimate and some more, for state that changes before it is mined
 * @throws the contract's error, decoded
 */
export async function estimateGas(
  { rpc, address }: OutboxContext,
  { to, data, value }: Intent,
  contracts: ContractAddresses,
): Promise<bigint> {
  const call = { from: address, ...(to && { to }), data, value: `0x${value.toString(16)}` }
  const estimate = rpc<Hex>('eth_estimateGas', [call, 'pending'])
  const gas = BigInt(await decodedErrors(estimate, { to, contracts }))
  const roomy = gas + gas / 4n + 10_000n
  return roomy < MAX_TX_GAS ? roomy : gas > MAX_TX_GAS ? gas : MAX_TX_GAS
}

/**
 * Allots nonces to waiting intents, as many as fit the window, and sends them.
 *
 * Order of effects: 1. signed forms are stored, 2. the node gets them, 3. callers learn the hash.
 * A crash after 1 is made good by the watch, which sends open rows again.
 *
 * @param memory - Where the watch finds that the rows are being sent.
 * @param firstNonce - Nonces below may be pending in the node though no row has them.
 * @returns how many of the intents were dealt with; the others did not fit
 */
export async function dispatch(
  ctx: OutboxContext,
  waiting: readonly Waiting[],
  { memory, firstNonce }: { memory: WatchMemory; firstNonce: number },
): Promise<number> {
  const [fees, head, latest] = await Promise.all([
    ctx.fees(),
    ctx.rpc<Hex>('eth_blockNumber').then(Number),
    readNonce(ctx, 'latest'),
  ])
  const { made, dealtWith } = await ctx.store.exclusively(ctx.scope, async (writer) => {
    const room = ctx.settings.window - writer.loadOpen().length
    const nonces = freeNonces(writer, Math.max(firstNonce, latest))
    const made: Allotted[] = []
    let dealtWith = 0
    for (const one of waiting.slice(0, Math.max(0, room))) {
      // Another process with the same store may have been given the same idempotency id.
      const twin = writer.findById(one.id)
      if (twin !== undefined && twin.state !== 'failed') {
        one.resolve(twin.forms[0].hash)
        dealtWith++
        continue
      }
      const { id, intent, gas } = one
      const nonce = nonces.next().value
      const form = await signForm(ctx, { intent, nonce, gas, fees })
      const state = 'open'
      const row: OutboxRow = { id, state, nonce, intent, gas, forms: [form], signedAtBlock: head }
      writer.save(row)
      memory.sent.set(id, { atMs: ctx.clock.nowMs(), atBlock: head, times: 1 })
      made.push({ row, waiting: one })
      dealtWith++
    }
    return { made, dealtWith }
  })
  await deliver(ctx, made)
  return dealtWith
}

type Allotted = { row: OutboxRow; waiting: Waiting }

async function deliver(ctx: OutboxContext, allotted: readonly Allotted[]): Promise<void> {
  const outcomes = await broadcast(
    ctx,
    allotted.map(({ row }) => row),
  )
  const undone = allotted.filter((_, i) => isUndone(outcomes[i]))
  // A nonce that is free again is taken by the next intent, or by a filler if rows above it wait.
  if (undone.length > 0)
    await ctx.store.exclusively(ctx.scope, (writer) => {
      for (const { row } of undone) writer.remove(row.id)
    })
  for (const [i, { row, waiting }] of allotted.entries()) {
    const outcome = outcomes[i]
    if (outcome?.status === 'refused') waiting.reject(outcome.error)
    else if (outcome?.status === 'taken') waiting.again()
    else waiting.resolve(row.forms[0].hash)
  }
}

/** Never sent before and not taken now: nobody can have mined it. */
function isUndone(outcome: Outcome | undefined): boolean {
  return outcome?.status === 'refused' || outcome?.status === 'taken'
}

/** Nonces from `from` on that nobody holds, lowest first. */
export function* freeNonces(writer: OutboxWriter, from: number): Generator<number, never> {
  const held = writer.heldNonces(from)
  for (let nonce = from; ; nonce++) if (!held.has(nonce)) yield nonce
}
