import type { Address, ResultDigest, Seconds, Wei } from '@millrace/base'
import { type BatchPart, type DealTerms, hashDeal, WAD } from '@millrace/protocol'
import fc from 'fast-check'
import type { Actor } from '../../tools/actors.ts'
import {
  digestOf,
  orderDigests,
  type PackedBatch,
  packBatch,
  packTrusted,
} from '../../tools/batchBuilder.ts'
import { Refused } from '../../tools/localMarket.ts'
import { makeDeal, ordersOf, type Story } from '../../tools/marketStory.ts'
import * as rules from './marketModel.ts'

const TOKEN = 10n ** 18n

/** The contracts and what only the test knows of them: deals and batches under way. */
export type World = {
  story: Story
  terms: DealTerms[]
  batches: { batch: rules.Batch; packed: PackedBatch }[]
  nonce: number
}

type Command = fc.AsyncCommand<rules.Model, World>

/** Gives the chain the model's time, so that both count the same seconds. */
async function tick(model: rules.Model, { story }: World): Promise<void> {
  model.now += 1
  await story.local.client.setNextBlockTimestamp({ timestamp: BigInt(model.now) })
}

/** Sends a call and says by which error it was refused. */
async function refusalOf(call: () => Promise<unknown>): Promise<rules.Refusal> {
  try {
    await call()
    return undefined
  } catch (error) {
    if (error instanceof Refused) return error.errorName
    throw error
  }
}

function same(what: string, real: rules.Refusal, expected: rules.Refusal): void {
  if (real !== expected)
    throw new RangeError(`${what}: the contract says ${real}, the model ${expected}`)
}

/** A command of one call that model and contract both answer. */
function command<T>(
  name: string,
  data: T,
  run: (data: T, model: rules.Model, world: World) => Promise<void>,
): Command {
  return {
    check: () => true,
    run: async (model, world) => {
      await tick(model, world)
      await run(data, model, world)
    },
    toString: () =>
      `${name} ${JSON.stringify(data, (_, v) => (typeof v === 'bigint' ? `${v}` : v))}`,
  }
}

const pick = <T>(list: readonly T[], random: number): T | undefined =>
  list[list.length - 1 - (random % Math.max(1, list.length))]

type DealChoice = {
  volume: number
  isTrusted: boolean
  maturitySec: number
  price: bigint
  isShort: boolean
  sla: { slaBps: number; taskSec: number; slotSec: number }
}
const openDeal = (choice: DealChoice): Command =>
  command(
    'openDeal',
    choice,
    async ({ volume, isTrusted, maturitySec, price, isShort, sla }, model, world) => {
      // A lease keeps its one slot busy; without one all tasks begin at once.
      const offer =
        sla.slotSec > 0 ? { taskSec: sla.slotSec, slots: 1 } : { taskSec: 1, slots: 1000 }
      const orders = ordersOf(world.story, BigInt(world.terms.length) + 1n, {
        pool: {
          price: price as Wei,
          slaBps: 10_000,
          slots: offer.slots,
          taskSec: offer.taskSec as Seconds,
        },
        request: {
          slaBps: sla.slaBps,
          taskSec: sla.taskSec as Seconds,
          slotSec: sla.slotSec as Seconds,
          minOdds: isTrusted ? 0n : 9n * WAD,
          maturitySec: maturitySec as Seconds,
          deadlineSec: (isShort ? 60 : 86_400) as Seconds,
        },
      })
      const { terms } = await makeDeal(world.story, orders, volume)
      same('openDeal', undefined, rules.openDeal(model, terms))
      world.terms.push(terms)
    },
  )

type BatchChoice = { deal: number; first: number; count: number; voters: number; lies: number }
const commitBatch = (choice: BatchChoice): Command =>
  command('commitBatch', choice, async ({ deal, first, count, voters, lies }, model, world) => {
    const terms = pick(world.terms, deal)
    if (terms === undefined) return
    const { story } = world
    const [from, size] = rangeOf(terms, first, count)
    const nonce = ++world.nonce
    const { tasks, ballots } = someVotes(story, { from, size, voters, lies })
    const packed = await packBatch({
      pool: story.pool,
      nonce: BigInt(nonce),
      parts: [{ terms, tasks }],
      ballots,
      domain: story.local.workDomain,
    })
    await story.local.write(story.operator, 'work', 'commitBatch', [story.pool, nonce, packed.root])
    world.batches.push({
      packed,
      batch: {
        nonce,
        terms,
        tasks,
        ballots: packed.seals.map(({ worker, votes }) => ({ worker, votes })),
        committedAt: model.now,
        isSettled: false,
      },
    })
  })

/** Everybody votes on everything; of the last two workers some lie about some tasks, each in its own way. */
function someVotes(
  { workers }: Story,
  { from, size, voters, lies }: { from: number; size: number; voters: number; lies: number },
) {
  const tasks: BatchPart['tasks'] = Array.from({ length: size }, (_, i) => ({
    index: from + i,
    digests: [resultOf(from + i)],
  }))
  const ballots = workers.slice(0, voters).map((worker, w) => ({
    worker,
    votes: tasks.map(({ digests }, slot) => {
      const isLie = w >= 3 && ((lies >> (slot % 8)) & 1) === 1
      if (isLie) digests.push(digestOf(`lie of ${w} about ${slot}`))
      return { slot, variant: isLie ? digests.length - 1 : 0 }
    }),
  }))
  return orderDigests(tasks, ballots)
}

const settleBatch = (which: number): Command =>
  command('settleBatch', which, async (_, model, world) => {
    const found = pick(world.batches, which)
    if (found === undefined) return
    const { batch, packed } = found
    const { local, pool, requester } = world.story
    const real = await refusalOf(() =>
      local.write(requester, 'work', 'settleBatch', [
        pool,
        batch.nonce,
        batch.committedAt,
        digestOf('locations'),
        packed.parts,
        packed.workers,
        '0x',
      ]),
    )
    same('settleBatch', real, rules.settleBatch(model, batch))
  })

type TrustedChoice = { deal: number; first: number; count: number; worker: number }
const settleTrusted = (choice: TrustedChoice): Command =>
  command('settleTrusted', choice, async ({ deal, first, count, worker }, model, world) => {
    const terms = pick(world.terms, deal)
    if (terms === undefined) return
    const { local, pool, operator, workers } = world.story
    const [from, size] = rangeOf(terms, first, count)
    const payee = (workers[worker % workers.length] as Actor).address
    const part: BatchPart = {
      terms,
      tasks: Array.from({ length: size }, (_, i) => ({
        index: from + i,
        digests: [resultOf(from + i)],
      })),
    }
    const slots = [...part.tasks.keys()]
    const packed = packTrusted([part], [{ worker: payee, slots }])
    const call = [pool, ++world.nonce, digestOf('locations'), packed.parts, packed.workers]
    const real = await refusalOf(() => local.write(operator, 'work', 'settleTrusted', call))
    const ask = { terms, first: from, count: size, worker: payee }
    same('settleTrusted', real, rules.settleTrusted(model, ask, resultOf))
  })

const expireDeal = (which: number): Command =>
  command('expireDeal', which, async (_, model, world) => {
    const terms = pick(world.terms, which)
    if (terms === undefined) return
    const { local, requester } = world.story
    const real = await refusalOf(() => local.write(requester, 'market', 'expireDeal', [terms]))
    same('expireDeal', real, rules.expireDeal(model, terms))
  })

type BondChoice = { worker: number; what: 'bond' | 'requestUnbond' | 'unbond'; amount: bigint }
const changeBond = (choice: BondChoice): Command =>
  command('changeBond', choice, async ({ worker, what, amount }, model, { story }) => {
    const actor = story.workers[worker % story.workers.length] as Actor
    const args = what === 'bond' ? [amount] : []
    const real = await refusalOf(() => story.local.write(actor, 'standing', what, args))
    const leave = what === 'unbond' ? rules.unbond : rules.requestUnbond
    const expected =
      what === 'bond' ? rules.bond(model, actor.address, amount) : leave(model, actor.address)
    same(what, real, expected)
  })

type MoneyChoice = { who: number; amount: bigint; isIn: boolean }
const moveMoney = (choice: MoneyChoice): Command =>
  command('moveMoney', choice, async ({ who, amount, isIn }, model, { story }) => {
    const actor = [story.requester, story.poolOwner, ...story.workers][who] ?? story.requester
    const { local } = story
    const real = await refusalOf(() =>
      isIn
        ? local.write(local.deployer, 'escrow', 'depositFor', [actor.address, amount])
        : local.write(actor, 'escrow', 'withdraw', [amount]),
    )
    const move = isIn ? rules.deposit : rules.withdraw
    same('moveMoney', real, move(model, actor.address, amount))
  })

const claim = (choice: { who: number; isEarly: boolean }): Command =>
  command('claim', choice, async ({ who, isEarly }, model, { story }) => {
    const actor = [story.appOwner, story.poolOwner, ...story.workers][who] ?? story.appOwner
    const all = [...rules.accountOf(model, actor.address).maturing.keys()]
    const times = isEarly ? all : all.filter((time) => time <= model.now)
    const real = await refusalOf(() =>
      story.local.write(actor, 'escrow', 'claimMatured', [actor.address, times]),
    )
    same('claim', real, rules.claimMatured(model, actor.address, times))
  })

const wait = (sec: number): Command =>
  command('wait', sec, (_, model) => {
    model.now += sec
    return Promise.resolve()
  })

/** Everything that both keep of everybody. */
export async function compare(model: rules.Model, { story, terms }: World): Promise<void> {
  const { local } = story
  const actors = [story.appOwner, story.poolOwner, story.requester, ...story.workers]
  await Promise.all([
    ...actors.map(({ address }) => compareAccount(model, story, address)),
    ...story.workers.map(({ address }) => compareStanding(model, story, address)),
    ...terms.map(async (each) => {
      const [status, settled] = await local.read<[number, number]>('market', 'dealOf', [
        hashDeal(each),
      ])
      const deal = model.deals.get(hashDeal(each))
      equal('deal', [status, settled], [deal?.isOpen ? 1 : 2, deal?.settled.size])
    }),
  ])
}

async function compareAccount(
  model: rules.Model,
  { local }: Story,
  address: Address,
): Promise<void> {
  const read = (name: string) => local.read<bigint>('escrow', name, [address])
  const account = rules.accountOf(model, address)
  const maturing = [...account.maturing.values()].reduce((sum, amount) => sum + amount, 0n)
  equal(
    `account ${address}`,
    await Promise.all([read('freeOf'), read('lockedOf'), read('maturingOf')]),
    [account.free, account.locked, maturing],
  )
}

async function compareStanding(
  model: rules.Model,
  { local }: Story,
  address: Address,
): Promise<void> {
  const real = await local.read<unknown[]>('standing', 'standingOf', [address])
  const { bond, checks, faults, bannedUntil, unbondAt } = rules.standingOf(model, address)
  equal(`standing ${address}`, real, [bond, checks, faults, bannedUntil, unbondAt])
}

function equal(what: string, real: readonly unknown[], expected: readonly unknown[]): void {
  if (real.some((value, i) => value !== expected[i]))
    throw new RangeError(
      `${what}: the contract has ${real.join(' ')}, the model ${expected.join(' ')}`,
    )
}

function rangeOf({ volume }: DealTerms, first: number, count: number): [number, number] {
  const from = first % volume
  return [from, 1 + (count % (volume - from))]
}

const resultOf = (index: number): ResultDigest => digestOf(`result ${index}`)

const small = fc.nat({ max: 7 })
const amount = fc.bigInt({ min: 1n, max: 20n * TOKEN })
/** Commands in the mix in which a market sees them, some of each doomed. */
export const someCommand: fc.Arbitrary<Command>[] = [
  fc
    .record({
      volume: fc.integer({ min: 1, max: 12 }),
      isTrusted: fc.boolean(),
      maturitySec: fc.constantFrom(0, 0, 1, 5000),
      price: fc.bigInt({ min: 0n, max: TOKEN }),
      isShort: fc.boolean(),
      sla: fc.constantFrom(
        { slaBps: 0, taskSec: 0, slotSec: 0 },
        { slaBps: 0, taskSec: 5, slotSec: 2 },
        { slaBps: 5000, taskSec: 5, slotSec: 0 },
        { slaBps: 9000, taskSec: 40, slotSec: 4 },
        { slaBps: 10_000, taskSec: 2, slotSec: 0 },
      ),
    })
    .map(openDeal),
  ...[0, 1].map(() =>
    fc
      .record({
        deal: fc.nat({ max: 2 }),
        first: small,
        count: small,
        voters: fc.integer({ min: 2, max: 5 }),
        lies: fc.nat({ max: 255 }),
      })
      .map(commitBatch),
  ),
  ...[0, 1].map(() => fc.nat({ max: 2 }).map(settleBatch)),
  fc
    .record({ deal: fc.nat({ max: 2 }), first: small, count: small, worker: small })
    .map(settleTrusted),
  fc.nat({ max: 5 }).map(expireDeal),
  fc
    .record({
      worker: fc.nat({ max: 4 }),
      what: fc.constantFrom('bond' as const, 'requestUnbond' as const, 'unbond' as const),
      amount: fc.constantFrom(0n, TOKEN, 50n * TOKEN),
    })
    .map(changeBond),
  fc.record({ who: fc.nat({ max: 6 }), amount, isIn: fc.boolean() }).map(moveMoney),
  fc.record({ who: fc.nat({ max: 6 }), isEarly: fc.boolean() }).map(claim),
  fc.constantFrom(1, 1, 5, 5, 5, 30, 30, 30, 1800, 4000, 100_000, 700_000).map(wait),
]
