import type { Address, Clock, Hex } from '@millrace/base'
import { recoverTyped, type TypedData } from '@millrace/chain'
import type { WorkerChain } from './chainPort.ts'
import { PoolMisbehavedError } from './errors.ts'

/** Tells whether data was signed by one who may act for the pool now. */
export type OperatorCheck = (data: TypedData, signature: Hex, what: string) => Promise<void>

/** An operator once seen on chain is believed for this long. */
const TRUST_MS = 60_000

export function createOperatorCheck({
  chain,
  clock,
  pool,
}: {
  chain: WorkerChain
  clock: Clock
  pool: Address
}): OperatorCheck {
  const seen = new Map<Address, number>()
  return async (data, signature, what) => {
    const signer = await recoverTyped(data, signature)
    if (signer === undefined) throw new PoolMisbehavedError(`${what} carries no valid signature`)
    const seenAtMs = seen.get(signer)
    if (seenAtMs !== undefined && clock.nowMs() - seenAtMs < TRUST_MS) return
    if (!(await chain.isOperator(pool, signer)))
      throw new PoolMisbehavedError(`${what} is signed by ${signer}, who is no operator of it`, {
        signer,
      })
    seen.set(signer, clock.nowMs())
  }
}
