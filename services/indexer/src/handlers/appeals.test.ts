import { type Address, type TaskId, unixSeconds, wei, ZERO_ADDRESS } from '@millrace/base'
import type { ChainEvent } from '@millrace/chain'
import { expect, it } from 'vitest'
import { aContext, aDealId, aDigest, aHash, anAddress, anEvent } from '../testEvents.ts'
import { applyToModel, emptyModel } from '../testModel.ts'
import { handleBlock } from './handleBlock.ts'

const taskId = aHash(7) as TaskId
const [honest, silent, voter] = [anAddress(21), anAddress(22), anAddress(23)]

const after = (...events: ChainEvent[]) =>
  events.reduce(
    (model, event, i) => applyToModel(model, handleBlock([event], aContext(i + 1)).rows),
    emptyModel(),
  )
const seat = (juror: Address, place: number) =>
  anEvent('SeatTaken', { juror, pool: ZERO_ADDRESS, place, stake: wei(100n) })
const summoned = (juror: Address) =>
  anEvent('JurorSummoned', { duty: aHash(9), juror, risk: wei(25n) })

const opened = [
  anEvent('AppealOpened', {
    taskId,
    dealId: aDealId(1),
    pool: anAddress(11),
    index: 4,
    digest: aDigest(1),
    votes: 2,
    nonce: 6n,
    judge: ZERO_ADDRESS,
    fee: wei(5n),
    risk: wei(25n),
    stake: wei(7n),
  }),
  anEvent('RoundOpened', {
    taskId,
    round: 0,
    appellant: anAddress(30),
    claimsFall: true,
    bond: wei(15n),
  }),
  anEvent('JuryAsked', {
    taskId,
    number: 0n,
    juryId: aHash(9),
    wanted: 3,
    drawUntil: unixSeconds(50),
  }),
  anEvent('VoterShown', { taskId, worker: anAddress(40), digest: aDigest(1), held: wei(3n) }),
] as ChainEvent[]

const drawn = [
  ...[honest, silent, voter].map(seat),
  ...[honest, silent, voter].map(summoned),
  anEvent('JuryDrawn', {
    taskId,
    number: 0n,
    jurors: [honest, silent, voter],
    until: unixSeconds(90),
  }),
] as ChainEvent[]

it('an appeal is drawing with its jury asked for, then voting with its jury drawn', () => {
  const before = after(...opened)
  expect(before.appeals.get(taskId)).toMatchObject({
    status: 'drawing',
    until: 50,
    digest: aDigest(1),
    verdict: aDigest(1),
    index: 4,
    stake: 7n,
  })
  expect(before.appeal_rounds.get(`${taskId} 0`)).toMatchObject({ bond: 15n, claims_fall: true })
  expect(before.appeal_voters.get(`${taskId} ${anAddress(40)}`)).toMatchObject({ held: 3n })
  const model = after(...opened, ...drawn)
  expect(model.appeals.get(taskId)).toMatchObject({ status: 'voting', until: 90 })
  expect(model.jury_seats.size).toBe(3)
  expect(model.seats.get(honest)).toMatchObject({ stake: 100n, at_risk: 25n, is_taken: true })
})

it('tells what jurors said, who was replaced, and what the verdict is', () => {
  const digest = aDigest(2)
  const model = after(
    ...opened,
    ...drawn,
    anEvent('JurorExcused', { duty: aHash(9), juror: voter, risk: wei(25n) }),
    anEvent('JurorReplaced', {
      taskId,
      number: 0n,
      juror: voter,
      by: ZERO_ADDRESS,
      until: unixSeconds(90),
    }),
    anEvent('VoteCommitted', { taskId, number: 0n, juror: honest, commitment: aHash(3) }),
    anEvent('VoteRevealed', { taskId, number: 0n, juror: honest, digest }),
    anEvent('VerdictReached', { taskId, verdict: digest, until: unixSeconds(120) }),
  )
  const seatOf = (juror: Address) => model.jury_seats.get(`${taskId} 0 ${juror}`)
  expect(seatOf(honest)).toMatchObject({ digest, commitment: '', replaced: false })
  expect(seatOf(silent)).toMatchObject({ digest: '', commitment: '' })
  expect(seatOf(voter)).toMatchObject({ replaced: true })
  expect(model.seats.get(voter)).toMatchObject({ stake: 100n, at_risk: 0n })
  expect(model.appeals.get(taskId)).toMatchObject({
    status: 'decided',
    verdict: digest,
    until: 120,
  })
})

it('closes with what everybody got, and takes what silent jurors risked', () => {
  const payout = {
    taken: wei(90n),
    refund: wei(30n),
    restored: wei(20n),
    bounty: wei(20n),
    surplus: wei(5n),
    pot: wei(15n),
    waiting: wei(2n),
  }
  const model = after(
    ...opened,
    ...drawn,
    anEvent('JurorDismissed', { duty: aHash(9), juror: honest, risk: wei(25n) }),
    anEvent('JurorPenalised', {
      duty: aHash(9),
      juror: silent,
      to: anAddress(50),
      amount: wei(25n),
    }),
    anEvent('AppealClosed', { taskId, verdict: aDigest(2), stood: false, payout }),
  )
  expect(model.appeals.get(taskId)).toMatchObject({
    status: 'closed',
    stood: false,
    refund: 30n,
    restored: 20n,
    bounty: 20n,
    surplus: 5n,
    pot: 15n,
    waiting: 2n,
  })
  expect(model.seats.get(honest)).toMatchObject({ stake: 100n, at_risk: 0n })
  expect(model.seats.get(silent)).toMatchObject({ stake: 75n, at_risk: 0n })
})

it('a failed jury is followed by another, and after the last by the judge', () => {
  const model = after(
    ...opened,
    anEvent('JuryFailed', { taskId, number: 0n }),
    anEvent('JudgeAsked', { taskId, judge: anAddress(60), until: unixSeconds(200) }),
  )
  expect(model.juries.get(`${taskId} 0`)).toMatchObject({ failed: true, wanted: 3 })
  expect(model.appeals.get(taskId)).toMatchObject({ status: 'ruling', until: 200 })
})

it('a seat moves to the place of one that is leaving', () => {
  const moved = after(
    seat(honest, 0) as ChainEvent,
    seat(silent, 1) as ChainEvent,
    anEvent('SeatLeaving', { juror: honest, leaveAt: unixSeconds(99) }) as ChainEvent,
    anEvent('SeatMoved', { juror: silent, place: 0 }) as ChainEvent,
  )
  expect(moved.seats.get(honest)).toMatchObject({ leave_at: 99, is_taken: true })
  expect(moved.seats.get(silent)).toMatchObject({ place: 0 })
})

it('a seat that is left has nothing, and can be taken again', () => {
  const left = after(
    seat(honest, 3) as ChainEvent,
    anEvent('SeatLeaving', { juror: honest, leaveAt: unixSeconds(99) }) as ChainEvent,
    anEvent('SeatLeft', { juror: honest, stake: wei(100n) }) as ChainEvent,
  )
  expect(left.seats.get(honest)).toMatchObject({ stake: 0n, leave_at: 0, is_taken: false })
})

it('a spot check that was shown is kept with how it ended', () => {
  const shown = { pool: anAddress(11), taskId, worker: honest, answer: aDigest(5), matched: true }
  const model = after(anEvent('AnswerShown', shown) as ChainEvent)
  expect(model.spot_checks.get(`${taskId} ${honest}`)).toMatchObject({ matched: true })
})
