import { type Address, address, type ResultDigest } from '@millrace/base'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type ClosingFacts, closeAppeal, type Move } from './closeAppeal.ts'
import { appealBond, UNABLE } from './rules.ts'

const digest = (n: number) => `0x${n.toString(16).padStart(64, '0')}` as ResultDigest
const who = (n: number): Address => address(`0x${n.toString(16).padStart(40, '0')}`)
const SETTLED = digest(100)
const VERDICTS = [SETTLED, UNABLE, digest(101), digest(102)] as const
const amount = fc.bigInt({ min: 0n, max: 10n ** 21n })
const verdict = fc.constantFrom(...VERDICTS)

const facts: fc.Arbitrary<ClosingFacts> = fc.record({
  settled: fc.constant(SETTLED),
  verdict,
  price: amount,
  fee: fc.bigInt({ min: 1n, max: 10n ** 19n }),
  stake: amount,
  requester: fc.constant(who(1)),
  poolOwner: fc.constant(who(2)),
  governor: fc.constant(who(3)),
  arbiter: fc.constantFrom(undefined, who(4)),
  rounds: fc.array(
    fc.record({
      appellant: fc.nat(3).map((n) => who(10 + n)),
      claimsFall: fc.boolean(),
      isHeard: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5 },
  ),
  seats: fc.array(
    fc.record({
      juror: fc.nat(40).map((n) => who(100 + n)),
      said: fc.constantFrom(undefined, ...VERDICTS),
      risk: fc.constant(25n),
    }),
    { maxLength: 60 },
  ),
  agreed: fc.array(
    fc.record({ worker: fc.nat(9).map((n) => who(50 + n)), held: amount, slash: amount }),
    {
      maxLength: 5,
    },
  ),
  dissented: fc.array(
    fc.record({ worker: fc.nat(9).map((n) => who(60 + n)), digest: verdict, lost: amount }),
    { maxLength: 5 },
  ),
}) as fc.Arbitrary<ClosingFacts>

const sum = (moves: readonly Move[]) => moves.reduce((total, { amount: each }) => total + each, 0n)
const waitingOf = ({ rounds, fee }: ClosingFacts) =>
  fee * BigInt(rounds.filter(({ isHeard }) => !isHeard).length)
const gets = (moves: readonly Move[], account: Address) =>
  sum(moves.filter((move) => move.account === account))

it('what is paid is what was taken and the stake, to the last unit', () => {
  fc.assert(
    fc.property(facts, (given) => {
      const { taken, paid } = closeAppeal(given)
      expect(sum(paid)).toBe(sum(taken) + given.stake)
      for (const { amount: each } of paid) expect(each).toBeGreaterThan(0n)
    }),
  )
})

it('a result that stands costs its workers and its pool nothing', () => {
  fc.assert(
    fc.property(facts, (given) => {
      const { stood, taken, released, paid } = closeAppeal(given)
      fc.pre(stood)
      for (const { worker, held } of given.agreed) {
        expect(gets(taken, worker)).toBe(0n)
        expect(gets(released, worker)).toBeGreaterThanOrEqual(held)
      }
      expect(gets(paid, given.poolOwner)).toBe(given.stake + waitingOf(given))
    }),
  )
})

it('the requester is made whole before anybody else gets what was taken', () => {
  fc.assert(
    fc.property(facts, (given) => {
      const { stood, paid } = closeAppeal(given)
      fc.pre(!stood)
      const there = given.stake + given.agreed.reduce((all, a) => all + a.held + a.slash, 0n)
      const least = there < given.price ? there : given.price
      expect(gets(paid, given.requester)).toBe(least + waitingOf(given))
    }),
  )
})

it('an appellant that was wrong loses its bond, one that nobody heard a fee, and one that was right nothing', () => {
  fc.assert(
    fc.property(facts, (given) => {
      const { stood, taken } = closeAppeal(given)
      for (const { appellant } of given.rounds) {
        const lost = given.rounds.map((round, i) => {
          if (round.appellant !== appellant) return 0n
          if (!round.isHeard) return given.fee
          return round.claimsFall === stood ? appealBond(given.fee, i) : 0n
        })
        expect(gets(taken, appellant)).toBe(lost.reduce((all, each) => all + each, 0n))
      }
    }),
  )
})

it('no appellant earns more than the bond of one round, nor more than is left for the governor', () => {
  fc.assert(
    fc.property(facts, (given) => {
      const { stood, paid } = closeAppeal(given)
      fc.pre(!stood)
      const last = given.rounds.findLastIndex(({ claimsFall, isHeard }) => claimsFall && isHeard)
      for (const { appellant } of given.rounds) {
        const earned = gets(paid, appellant)
        if (appellant !== given.rounds[last]?.appellant) expect(earned).toBe(0n)
        else expect(earned).toBeLessThanOrEqual(appealBond(given.fee, last))
        if (given.arbiter !== undefined)
          expect(earned).toBeLessThanOrEqual(gets(paid, given.governor))
      }
    }),
  )
})

it('right jurors share evenly, wrong and silent ones lose what they risked', () => {
  fc.assert(
    fc.property(facts, (given) => {
      const { taken } = closeAppeal(given)
      const jurors = taken.filter(({ account }) => given.seats.some((s) => s.juror === account))
      for (const { amount: each } of jurors) expect(each).toBe(25n)
      const silent = given.seats.filter(({ said }) => said === undefined).length
      expect(jurors.length).toBeGreaterThanOrEqual(silent)
    }),
  )
})
