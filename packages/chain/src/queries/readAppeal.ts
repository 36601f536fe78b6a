import {
  type Address,
  address,
  type DealId,
  type Hex32,
  type ResultDigest,
  type TaskId,
  type UnixSeconds,
  unixSeconds,
  type Wei,
  wei,
  ZERO_ADDRESS,
} from '@millrace/base'
import type { ReadClient } from '../client/readClient.ts'
import { type QueryOptions, readContract } from './readContract.ts'

export const APPEAL_STATUSES = ['none', 'drawing', 'voting', 'decided', 'ruling', 'closed'] as const
export type AppealStatus = (typeof APPEAL_STATUSES)[number]

/** Where an appeal stands. */
export type AppealState = {
  dealId: DealId
  index: number
  pool: Address
  /** What settled, and what is in force. */
  digest: ResultDigest
  verdict: ResultDigest
  status: AppealStatus
  /** End of the present phase. */
  until: UnixSeconds
  /** Length of a step of this appeal. */
  stepSec: number
  /** Arbiter of the request, if it names one. */
  arbiter: Address | undefined
  fee: Wei
  risk: Wei
  stake: Wei
}

/** A jury of an appeal; `seats` empty until it is drawn, zero addresses where nobody could replace. */
export type JuryState = {
  wanted: number
  revealed: number
  leader: ResultDigest
  best: number
  seats: Address[]
}

/** @see contracts/src/interfaces/IAppeals.sol appealOf */
export async function readAppeal(
  client: ReadClient,
  taskId: TaskId,
  options?: QueryOptions,
): Promise<AppealState> {
  const call = { contract: 'appeals', functionName: 'appealOf', args: [taskId] } as const
  const appeal = await readContract(client, call, options)
  return {
    dealId: appeal.dealId as DealId,
    index: appeal.index,
    pool: address(appeal.pool),
    digest: appeal.digest as ResultDigest,
    verdict: appeal.verdict as ResultDigest,
    status: APPEAL_STATUSES[appeal.status] ?? 'none',
    until: unixSeconds(appeal.until),
    stepSec: appeal.stepSec,
    arbiter: appeal.judge === ZERO_ADDRESS ? undefined : address(appeal.judge),
    fee: wei(appeal.fee),
    risk: wei(appeal.risk),
    stake: wei(appeal.stake),
  }
}

/** All juries of an appeal, in order. @see contracts/src/interfaces/IAppeals.sol juriesOf */
export async function readJuries(
  client: ReadClient,
  taskId: TaskId,
  options?: QueryOptions,
): Promise<JuryState[]> {
  const call = { contract: 'appeals', functionName: 'juriesOf', args: [taskId] } as const
  const juries = await readContract(client, call, options)
  return juries.map(({ wanted, revealed, leader, best, seats }) => ({
    wanted,
    revealed,
    leader: leader as ResultDigest,
    best,
    seats: seats.map((seat) => address(seat)),
  }))
}

/** Block whose prevrandao a jury waits for. @see contracts/src/interfaces/IPrevrandaoSource.sol blockOf */
export async function readChanceBlock(
  client: ReadClient,
  juryId: Hex32,
  options?: QueryOptions,
): Promise<number> {
  const source = { contract: 'prevrandaoSource' } as const
  const key = await readContract(
    client,
    { ...source, functionName: 'keyOf', args: [client.contracts.appeals, juryId] },
    options,
  )
  return Number(
    await readContract(client, { ...source, functionName: 'blockOf', args: [key] }, options),
  )
}
