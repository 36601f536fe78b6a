import type { Address, ResultDigest } from '@millrace/base'
import { appealBond, isJurorRight, isUpheld } from './rules.ts'

/** Everything that an appeal's end depends on. Amounts in base units. */
export type ClosingFacts = {
  settled: ResultDigest
  verdict: ResultDigest
  /** What the requester paid for the task. */
  price: bigint
  /** Fee of a seat. */
  fee: bigint
  /** What was taken of the pool for the task: its stake, and its own part of the price. */
  stake: bigint
  requester: Address
  poolOwner: Address
  /** Gets what nobody earned and what division leaves. */
  governor: Address
  /** Arbiter of the request, if it has ruled. */
  arbiter?: Address
  rounds: readonly { appellant: Address; claimsFall: boolean; isHeard: boolean }[]
  /** Seats of all juries; `said` undefined for who was silent. */
  seats: readonly { juror: Address; said: ResultDigest | undefined; risk: bigint }[]
  /** Workers shown that agreed on the settled digest: what is held of theirs, what a slash takes. */
  agreed: readonly { worker: Address; held: bigint; slash: bigint }[]
  /** Workers shown that did not, and what that cost them. */
  dissented: readonly { worker: Address; digest: ResultDigest; lost: bigint }[]
}

export type Move = { account: Address; amount: bigint }

export type Closing = {
  stood: boolean
  /** Locked tokens that change hands. */
  taken: Move[]
  /** Locked tokens that come free for who has them. */
  released: Move[]
  /** Free tokens that accounts get; adds up to what was taken, with the stake. */
  paid: Move[]
}

/** Who pays whom when an appeal is over. @see contracts/src/base/AppealClosing.sol closeAppeal */
export function closeAppeal(facts: ClosingFacts): Closing {
  const stood = isUpheld(facts.settled, facts.verdict)
  const closing: Closing = { stood, taken: [], released: [], paid: [] }
  const bonds = closeBonds(facts, closing)
  const right = closeSeats(facts, closing)
  let pot = bonds.lost + right.lost
  if (stood) giveBack(facts, closing)
  else pot += takeAndShare(facts, closing, bonds.due)
  closing.paid.push({ account: stood ? facts.poolOwner : facts.requester, amount: bonds.waiting })
  sharePot(facts, { closing, jurors: right.jurors, pot })
  closing.paid = closing.paid.filter(({ amount }) => amount !== 0n)
  return closing
}

/** Bonds of the wrong are lost, and a seat's fee of each round that nobody heard; the rest goes back. */
function closeBonds(
  { rounds, fee }: ClosingFacts,
  closing: Closing,
): { lost: bigint; waiting: bigint; due: bigint } {
  const sums = { lost: 0n, waiting: 0n, due: 0n }
  for (const [i, { appellant, claimsFall, isHeard }] of rounds.entries()) {
    const bond = appealBond(fee, i)
    const isWrong = isHeard && claimsFall === closing.stood
    const taken = isWrong ? bond : isHeard ? 0n : fee
    if (isHeard) sums[isWrong ? 'lost' : 'due'] += bond
    else sums.waiting += fee
    if (taken > 0n) closing.taken.push({ account: appellant, amount: taken })
    if (taken < bond) closing.released.push({ account: appellant, amount: bond - taken })
  }
  return sums
}

function closeSeats(facts: ClosingFacts, closing: Closing): { jurors: Address[]; lost: bigint } {
  const jurors: Address[] = []
  let lost = 0n
  for (const { juror, said, risk } of facts.seats) {
    if (isJurorRight(facts, said)) jurors.push(juror)
    else {
      closing.taken.push({ account: juror, amount: risk })
      lost += risk
    }
  }
  return { jurors, lost }
}

function giveBack({ agreed, stake, poolOwner }: ClosingFacts, { released, paid }: Closing): void {
  for (const { worker, held } of agreed) released.push({ account: worker, amount: held })
  paid.push({ account: poolOwner, amount: stake })
}

/** In this order: the requester's price, what honest dissenters lost, the juries, the appellant, the governor. */
function takeAndShare(facts: ClosingFacts, { taken, paid }: Closing, due: bigint): bigint {
  let left = facts.stake
  for (const { worker, held, slash } of facts.agreed) {
    taken.push({ account: worker, amount: held + slash })
    left += held + slash
  }
  const give = (account: Address | undefined, most: bigint): bigint => {
    const amount = most < left ? most : left
    left -= amount
    if (account !== undefined) paid.push({ account, amount })
    return amount
  }
  give(facts.requester, facts.price)
  for (const { worker, digest, lost } of facts.dissented)
    if (digest === facts.verdict) give(worker, lost)
  const juries = give(undefined, due)
  const { appellant, most } = bountyOf(facts, left)
  give(appellant, most)
  give(facts.governor, left)
  return juries
}

/** To who turned the result: at most half of what is left, and no more than was put up for it. */
function bountyOf(
  { rounds, fee }: ClosingFacts,
  left: bigint,
): { appellant: Address | undefined; most: bigint } {
  const last = rounds.findLastIndex(({ claimsFall, isHeard }) => claimsFall && isHeard)
  const bond = last < 0 ? 0n : appealBond(fee, last)
  return { appellant: rounds[last]?.appellant, most: bond < left / 2n ? bond : left / 2n }
}

function sharePot(
  { arbiter, governor }: ClosingFacts,
  { closing, jurors, pot }: { closing: Closing; jurors: readonly Address[]; pot: bigint },
): void {
  const count = BigInt(jurors.length)
  const share = count === 0n ? 0n : pot / count
  for (const account of jurors) closing.paid.push({ account, amount: share })
  closing.paid.push({ account: arbiter ?? governor, amount: pot - share * count })
}
