import {
  type Address,
  BaseError,
  type Hex32,
  isRetryable,
  nowSec,
  unixSeconds,
  ZERO_HEX32,
} from '@millrace/base'
import {
  hashCommit,
  type Inclusion,
  type OwnPart,
  ownPart,
  sealLeaf,
  verifyMerkleProof,
} from '@millrace/protocol'
import type { SealedBatch } from '../execution.ts'
import type { StepContext } from '../stepContext.ts'
import { type Commit, type Defence, isWorthGas, nextDefence } from './defence.ts'

type Context = Pick<
  StepContext,
  'chain' | 'clock' | 'config' | 'deals' | 'log' | 'seeds' | 'store' | 'worker'
>

/** A batch is looked at this long after its seal: mostly it has settled by then. */
const SETTLES_IN_SEC = 5
/** Gas of a call about a worker's own part, and of each of its votes. */
const GAS = { call: 150_000n, vote: 15_000n }

/**
 * Looks after the batches that this worker has sealed: whatever its pool does, it is not declared absent
 * and gets what a dropped batch owes it. One look at the chain a batch, more only for one in danger.
 */
export async function guardBatches(context: Context): Promise<void> {
  const now = nowSec(context.clock)
  for (const batch of [...context.store.batches()]) {
    const isDue = batch.signature !== undefined && batch.sealedAtSec + SETTLES_IN_SEC <= now
    if (batch.isOver || !isDue) continue
    try {
      await guardBatch(context, batch)
    } catch (error) {
      if (!(error instanceof BaseError)) throw error
      const level = isRetryable(error) ? 'debug' : 'warn'
      context.log[level]('batch not defended', { nonce: `${batch.nonce}`, error: error.message })
    }
  }
}

async function guardBatch(context: Context, batch: SealedBatch): Promise<void> {
  const { chain, config, clock, store } = context
  const { nonce } = batch
  const slot = await chain.readBatch(config.pool, nonce, config.confirmations)
  const commit = await findCommit(context, batch, slot)
  const rules = await chain.readRules(commit?.committedAt ?? unixSeconds(nowSec(clock)))
  const settleWindowSec = firstWindow(context, batch)
  const proven = provenAnchor(context, batch)
  const sight = { slot, commit, nowSec: nowSec(clock), settleWindowSec, ...rules }
  const defence = nextDefence({ ...batch, anchor: proven }, sight)
  const latest = store.getBatch(nonce) ?? batch
  if (defence === 'over') store.putBatch({ ...latest, isOver: true })
  if (commit === undefined || defence === 'wait' || defence === 'over') return
  const part = partOf(context, batch)
  if (part === undefined) store.putBatch({ ...latest, isOver: true })
  else await ACT[defence](context, { batch, commit, part, proven, slashBps: rules.slashBps })
}

type Case = {
  batch: SealedBatch
  commit: Commit
  part: OwnPart
  proven: SealedBatch['anchor']
  slashBps: number
}

const ACT: Record<
  Exclude<Defence, 'wait' | 'over'>,
  (context: Context, found: Case) => Promise<void>
> = { reveal: revealOnChain, forfeit: claimForfeit }

/** 1. mined 2. remembered. A kill in between: the chain answers that it is known. */
async function revealOnChain(context: Context, { batch, commit, part, proven, slashBps }: Case) {
  const { chain, config, store, log, worker } = context
  const { nonce } = batch
  const { bond } = await chain.readFunds(worker)
  const gasPrice = await chain.gasPrice()
  const gas = GAS.call + GAS.vote * BigInt(batch.tasks.length)
  const atStake = (bond * BigInt(slashBps)) / 10_000n
  if (!isWorthGas({ atStake, tokenGasValue: config.tokenGasValue, gas, gasPrice })) {
    log.warn('reveal on chain does not pay', { nonce: `${nonce}`, atStake: `${atStake}` })
    store.putBatch({ ...(store.getBatch(nonce) ?? batch), isOver: true })
    return
  }
  const name = { pool: config.pool, nonce, ...commit }
  const place = proven && inclusionOf(proven)
  await unlessDone(() => chain.forceReveal({ ...name, ...part, place }), ['ALREADY_REVEALED'])
  store.putBatch({ ...(store.getBatch(nonce) ?? batch), isForced: true })
  log.warn('revealed on chain: the pool did not settle', { nonce: `${nonce}` })
}

async function claimForfeit(context: Context, { batch, commit, part }: Case): Promise<void> {
  const { chain, config, store, log } = context
  const { nonce } = batch
  const isPaid = await unlessDone(
    () => chain.forfeit({ pool: config.pool, nonce, ...commit, ...part }),
    ['NOTHING_TO_CLAIM', 'ALREADY_CLAIMED', 'NOT_DROPPED', 'NOT_REVEALED'],
  )
  store.putBatch({ ...(store.getBatch(nonce) ?? batch), isOver: true })
  if (isPaid) log.info('claimed the stake of a dropped batch', { nonce: `${nonce}` })
}

/** @returns False when the contract says by one of these codes that there is nothing left to do. */
async function unlessDone(act: () => Promise<void>, codes: readonly string[]): Promise<boolean> {
  try {
    await act()
    return true
  } catch (error) {
    if (error instanceof BaseError && codes.includes(error.code)) return false
    throw error
  }
}

/** What the pool said of the commit if the chain bears it out, else what the chain's log says. */
async function findCommit(
  { chain, config }: Context,
  { nonce, anchor }: SealedBatch,
  slot: Hex32,
): Promise<Commit | undefined> {
  if (anchor !== undefined && hashCommit(anchor.root, anchor.committedAt) === slot) return anchor
  return slot === ZERO_HEX32 ? undefined : await chain.readCommit(config.pool, nonce)
}

/** The pool's proof, if it leads from this worker's seal to the root that it names. */
function provenAnchor({ worker }: { worker: Address }, { head, anchor }: SealedBatch) {
  if (head === undefined || anchor === undefined) return undefined
  return verifyMerkleProof(sealLeaf(worker, head), anchor) ? anchor : undefined
}

function inclusionOf({ index, count, proof }: NonNullable<SealedBatch['anchor']>): Inclusion {
  return { position: BigInt(index), count: BigInt(count), proof: [...proof] }
}

/** With the first window over the batch cannot settle any more, as a whole. */
function firstWindow({ deals }: Context, { tasks }: SealedBatch): number {
  const windows = tasks.flatMap(({ dealId }) => deals.terms(dealId)?.settleWindowSec ?? [])
  return windows.length === 0 ? 0 : Math.min(...windows)
}

/** Undefined when the terms of a deal are not known any more. */
function partOf({ deals, seeds, worker }: Context, batch: SealedBatch): OwnPart | undefined {
  const { nonce, signature, commitBy, tasks } = batch
  const votes = tasks.flatMap(({ dealId, index, digest }) => {
    const terms = deals.terms(dealId)
    return terms === undefined ? [] : [{ terms, index, digest }]
  })
  if (signature === undefined || votes.length < tasks.length) return undefined
  return ownPart({ worker, seed: seeds(nonce), signature, commitBy, votes })
}
