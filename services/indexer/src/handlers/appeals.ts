import { ZERO_ADDRESS } from '@millrace/base'
import { type Change, insertRow, updateRow, upsertRow } from '../changes.ts'
import { type EventContext, type EventOf, eventPosition } from './context.ts'

// Statuses as `readAppeal` of @millrace/chain names them.

export function onAppealOpened(event: EventOf<'AppealOpened'>, context: EventContext): Change[] {
  const { taskId, dealId, votes: _, ...args } = event.args
  return [
    insertRow(
      'appeals',
      { task_id: taskId },
      {
        ...args,
        deal_id: dealId,
        verdict: args.digest,
        position: eventPosition(event, context),
      },
    ),
  ]
}

export function onRoundOpened({ args }: EventOf<'RoundOpened'>): Change[] {
  const { taskId, round, appellant, claimsFall, bond } = args
  const key = { task_id: taskId, round }
  return [insertRow('appeal_rounds', key, { appellant, claims_fall: claimsFall, bond })]
}

export function onVoterShown({ args }: EventOf<'VoterShown'>): Change[] {
  const { taskId, worker, digest, held } = args
  return [insertRow('appeal_voters', { task_id: taskId, worker }, { digest, held })]
}

export function onJuryAsked({ args }: EventOf<'JuryAsked'>): Change[] {
  const { taskId, number, juryId, wanted, drawUntil } = args
  return [
    insertRow('juries', { task_id: taskId, number: Number(number) }, { jury_id: juryId, wanted }),
    updateRow('appeals', { task_id: taskId }, { set: { status: 'drawing', until: drawUntil } }),
  ]
}

export function onJuryDrawn({ args }: EventOf<'JuryDrawn'>): Change[] {
  const { taskId, number, jurors, until } = args
  return [
    ...jurors.map((juror) =>
      upsertRow('jury_seats', { task_id: taskId, number: Number(number), juror }, {}),
    ),
    updateRow('appeals', { task_id: taskId }, { set: { status: 'voting', until } }),
  ]
}

/** Its seat stays in the table, so that the list tells who was drawn. */
export function onJurorReplaced({ args }: EventOf<'JurorReplaced'>): Change[] {
  const jury = { task_id: args.taskId, number: Number(args.number) }
  const left = { set: { replaced: true, commitment: '' } }
  const seats = [upsertRow('jury_seats', { ...jury, juror: args.juror }, left)]
  if (args.by !== ZERO_ADDRESS) seats.push(upsertRow('jury_seats', { ...jury, juror: args.by }, {}))
  return seats
}

export function onVoteCommitted({ args }: EventOf<'VoteCommitted'>): Change[] {
  const key = { task_id: args.taskId, number: Number(args.number), juror: args.juror }
  return [upsertRow('jury_seats', key, { set: { commitment: args.commitment } })]
}

export function onVoteRevealed({ args }: EventOf<'VoteRevealed'>): Change[] {
  const key = { task_id: args.taskId, number: Number(args.number), juror: args.juror }
  return [upsertRow('jury_seats', key, { set: { digest: args.digest, commitment: '' } })]
}

export function onVerdictReached({ args }: EventOf<'VerdictReached'>): Change[] {
  const { taskId, verdict, until } = args
  const set = { status: 'decided', verdict, until }
  return [updateRow('appeals', { task_id: taskId }, { set })]
}

export function onJuryFailed({ args }: EventOf<'JuryFailed'>): Change[] {
  const key = { task_id: args.taskId, number: Number(args.number) }
  return [updateRow('juries', key, { set: { failed: true } })]
}

export function onJudgeAsked({ args: { taskId, until } }: EventOf<'JudgeAsked'>): Change[] {
  return [updateRow('appeals', { task_id: taskId }, { set: { status: 'ruling', until } })]
}

export function onAppealClosed({ args }: EventOf<'AppealClosed'>): Change[] {
  const { taskId, verdict, stood, payout } = args
  const { taken: _, ...paid } = payout
  const set = { status: 'closed', verdict, stood, ...paid }
  return [updateRow('appeals', { task_id: taskId }, { set })]
}

export function onAnswerShown({ args }: EventOf<'AnswerShown'>): Change[] {
  const { taskId, worker, pool, answer, matched } = args
  return [insertRow('spot_checks', { task_id: taskId, worker }, { pool, answer, matched })]
}
