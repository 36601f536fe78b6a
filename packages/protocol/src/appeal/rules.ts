import type { Address, Hex32, ResultDigest, TaskId } from '@millrace/base'
import { keccakOf, word } from '../hash.ts'

// Twin of contracts/src/libraries/AppealLib.sol; normative: docs/protocol/appeals.md.

/** What a juror says who could not run the task again: the appeal fails for it. */
export const UNABLE = `0x${'1'.padStart(64, '0')}` as ResultDigest
/** Rounds with a jury; the next one is the judge's. */
export const JURY_ROUNDS = 4
/** Juries that a round may ask for until one has a verdict. */
export const MAX_DRAWS = 3
/** Voters of a task that an appeal deals with, on each side. */
export const MAX_VOTERS = 64
/** Length of each phase in steps of the parameter `appealStepSec`. */
export const APPEAL_STEPS = { draw: 1, vote: 2, reveal: 1, again: 2, rule: 14 } as const

const FIRST_JURY = 3
const FEE_PARTS = 20n
const RISK_PARTS = 4n

/** Seats of a round's jury, rounds from 0: 3, 7, 15, 31; 63 sets the bond of the judge's round. */
export function seatsOfRound(round: number): number {
  return (FIRST_JURY + 1) * 2 ** round - 1
}

/** Fee of a seat in base units: a twentieth of the least bond, or what the task pays its workers if that is more. */
export function juryFee(minBond: bigint, workersPart: bigint): bigint {
  const least = (minBond + FEE_PARTS - 1n) / FEE_PARTS
  return workersPart > least ? workersPart : least
}

/** What a juror risks in base units: a quarter of the least bond, rounded up. */
export function jurorRisk(minBond: bigint): bigint {
  return (minBond + RISK_PARTS - 1n) / RISK_PARTS
}

/** What the appellant of a round puts up, rounds from 0. */
export function appealBond(fee: bigint, round: number): bigint {
  return fee * BigInt(seatsOfRound(round))
}

/** Whether a jury has a verdict: more than half of its seats revealed, and more than half of those the same. */
export function hasVerdict(jury: { wanted: number; revealed: number; best: number }): boolean {
  return 2 * jury.revealed > jury.wanted && 2 * jury.best > jury.revealed
}

/** Whether the settled result stands under a verdict. */
export function isUpheld(settled: ResultDigest, verdict: ResultDigest): boolean {
  return verdict === settled || verdict === UNABLE
}

/** Whether a juror was right; `said` is undefined for who was silent. To confirm what stands is never wrong. */
export function isJurorRight(
  { settled, verdict }: { settled: ResultDigest; verdict: ResultDigest },
  said: ResultDigest | undefined,
): boolean {
  if (said === undefined) return false
  return said === verdict || (said === settled && isUpheld(settled, verdict))
}

/** Name of an appeal's jury, counted from 0 through all its rounds. */
export function juryIdOf(taskId: TaskId, number: number): Hex32 {
  return keccakOf(taskId, word(number))
}

/** What a juror commits to: `keccak256(abi.encode(juryId, juror, digest, salt))`. */
export function juryBallot(ballot: {
  juryId: Hex32
  juror: Address
  digest: ResultDigest
  salt: Hex32
}): Hex32 {
  return keccakOf(ballot.juryId, word(ballot.juror), ballot.digest, ballot.salt)
}

/** Salt of a ballot, made of the juror's secret, so that nothing has to be kept until the reveal. */
export function juryBallotSalt(secret: Hex32, juryId: Hex32): Hex32 {
  return keccakOf(secret, juryId)
}

/** Under which name a source of chance keeps the request of a contract. */
export function chanceKeyOf(consumer: Address, juryId: Hex32): Hex32 {
  return keccakOf(word(consumer), juryId)
}

/** What a candidate commits to where chance is made of secrets. */
export function secretCommitment(parts: { key: Hex32; candidate: Address; secret: Hex32 }): Hex32 {
  return keccakOf(parts.key, word(parts.candidate), parts.secret)
}
