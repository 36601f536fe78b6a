import type { Hex32, UnixSeconds } from '@millrace/base'
import { ZERO_HEX32 } from '@millrace/base'
import { hashCommit } from '@millrace/protocol'
import type { SealedBatch } from '../execution.ts'

/** A batch's commit, as event BatchCommitted tells. */
export type Commit = { root: Hex32; committedAt: UnixSeconds }

export type Sight = {
  /** What the chain keeps under the batch's name. */
  slot: Hex32
  commit: Commit | undefined
  nowSec: number
  revealWindowSec: number
  /** Of the deals in the worker's part, the shortest. */
  settleWindowSec: number
}

/**
 * What a worker does about a batch that it has sealed. `wait`: nothing yet; `reveal`: show its part on
 * chain; `forfeit`: claim what the pool owes for a batch that it dropped; `over`: nothing ever again.
 */
export type Defence = 'wait' | 'reveal' | 'forfeit' | 'over'

/** Share of the reveal window that a pool is given to settle before its worker reveals on chain. */
const PATIENCE = 0.5
/** Without a proof of its place the worker shows its votes only when absence is near. */
const PATIENCE_UNPROVEN = 0.75
/** In case clocks differ. */
const GRACE_SEC = 60

/** Decides on one batch by what the chain shows; believes nothing that a pool has said. */
export function nextDefence(
  { commitBy, anchor, isForced }: Pick<SealedBatch, 'commitBy' | 'anchor' | 'isForced'>,
  { slot, commit, nowSec, revealWindowSec, settleWindowSec }: Sight,
): Defence {
  if (slot === ZERO_HEX32) return nowSec > commitBy + GRACE_SEC ? 'over' : 'wait'
  if (commit === undefined) return 'wait'
  if (slot !== hashCommit(commit.root, commit.committedAt)) return 'over'
  const { committedAt, root } = commit
  const sinceSec = nowSec - committedAt
  if (isForced) {
    if (sinceSec <= settleWindowSec) return 'wait'
    // Only a worker that showed its place has a claim.
    return anchor?.root === root ? 'forfeit' : 'over'
  }
  if (sinceSec > revealWindowSec) return sinceSec > settleWindowSec + GRACE_SEC ? 'over' : 'wait'
  const patience = anchor?.root === root ? PATIENCE : PATIENCE_UNPROVEN
  return sinceSec >= patience * revealWindowSec ? 'reveal' : 'wait'
}

/**
 * Whether a reveal on chain pays: what the worker would lose as absent, against the gas.
 *
 * @param parameters.tokenGasValue - Wei of gas money that a base unit of the token is worth.
 */
export function isWorthGas({
  atStake,
  tokenGasValue,
  gas,
  gasPrice,
}: {
  atStake: bigint
  tokenGasValue: number
  gas: bigint
  gasPrice: bigint
}): boolean {
  return Number(atStake) * tokenGasValue > Number(gas * gasPrice)
}
