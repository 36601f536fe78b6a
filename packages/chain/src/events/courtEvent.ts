import type { Address, DealId, Hex32, ResultDigest, TaskId, UnixSeconds, Wei } from '@millrace/base'

/** What an appeal's end came to. @see contracts/src/types/Appeals.sol Payout */
export type AppealPayout = {
  taken: Wei
  refund: Wei
  restored: Wei
  bounty: Wei
  /** To the governor's account. */
  surplus: Wei
  pot: Wei
  /** Fees of rounds that nobody heard, to the side that had to wait. */
  waiting: Wei
}

/** Arguments of the events of Appeals, Jurors, the source of chance and SpotChecks. */
export type CourtEventArgs = {
  // IAppeals
  AppealOpened: {
    taskId: TaskId
    dealId: DealId
    pool: Address
    index: number
    digest: ResultDigest
    votes: number
    nonce: bigint
    /** Arbiter of the request; zero for juries. */
    judge: Address
    fee: Wei
    risk: Wei
    stake: Wei
  }
  RoundOpened: {
    taskId: TaskId
    round: number
    appellant: Address
    claimsFall: boolean
    bond: Wei
  }
  VoterShown: { taskId: TaskId; worker: Address; digest: ResultDigest; held: Wei }
  JuryAsked: {
    taskId: TaskId
    number: bigint
    juryId: Hex32
    wanted: number
    drawUntil: UnixSeconds
  }
  JuryDrawn: { taskId: TaskId; number: bigint; jurors: Address[]; until: UnixSeconds }
  JurorReplaced: {
    taskId: TaskId
    number: bigint
    juror: Address
    by: Address
    until: UnixSeconds
  }
  VoteCommitted: { taskId: TaskId; number: bigint; juror: Address; commitment: Hex32 }
  VoteRevealed: { taskId: TaskId; number: bigint; juror: Address; digest: ResultDigest }
  VerdictReached: { taskId: TaskId; verdict: ResultDigest; until: UnixSeconds }
  JuryFailed: { taskId: TaskId; number: bigint }
  JudgeAsked: { taskId: TaskId; judge: Address; until: UnixSeconds }
  AppealClosed: { taskId: TaskId; verdict: ResultDigest; stood: boolean; payout: AppealPayout }
  // IStanding
  /** A dissent was right after all; `slashed` is what Appeals pays for it. */
  Restored: {
    worker: Address
    checks: number
    faults: number
    slashed: Wei
    bannedUntil: UnixSeconds
  }
  // IJurors
  SeatTaken: { juror: Address; pool: Address; place: number; stake: Wei }
  SeatLeaving: { juror: Address; leaveAt: UnixSeconds }
  /** To the place of one that is leaving. */
  SeatMoved: { juror: Address; place: number }
  SeatLeft: { juror: Address; stake: Wei }
  JurorSummoned: { duty: Hex32; juror: Address; risk: Wei }
  JurorDismissed: { duty: Hex32; juror: Address; risk: Wei }
  JurorExcused: { duty: Hex32; juror: Address; risk: Wei }
  JurorPenalised: { duty: Hex32; juror: Address; to: Address; amount: Wei }
  // IJurySource
  RandomAsked: { key: Hex32; consumer: Address; id: Hex32; readyAt: bigint }
  RandomFound: { key: Hex32; random: Hex32 }
  // ICommitRevealSource
  SecretCommitted: { key: Hex32; candidate: Address; commitment: Hex32 }
  SecretRevealed: { key: Hex32; candidate: Address; secret: Hex32; mix: Hex32 }
  SecretForfeited: { key: Hex32; candidate: Address; to: Address; deposit: Wei }
  // ISpotChecks
  AnswersCommitted: { pool: Address; root: Hex32; committedAt: UnixSeconds }
  AnswerShown: {
    pool: Address
    taskId: TaskId
    worker: Address
    answer: ResultDigest
    matched: boolean
  }
}
