import type { Address, DealId, Hex, Hex32, ResultDigest, TaskId } from '@millrace/base'
import {
  appealEvidence,
  type BatchFacts,
  type ClosingFacts,
  closeAppeal,
  drawJury,
  encodeHeader,
  hashDeal,
  hashTask,
  hasVerdict,
  jurorRisk,
  juryBallot,
  juryFee,
  juryIdOf,
  type Settlement,
  UNABLE,
  WAD,
} from '@millrace/protocol'
import fc from 'fast-check'
import { keccak256, parseEventLogs, toHex } from 'viem'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Actor } from '../../tools/actors.ts'
import { digestOf, orderDigests, packBatch } from '../../tools/batchBuilder.ts'
import { ABIS, type LocalMarket, startLocalMarket } from '../../tools/localMarket.ts'
import { beginStory, makeDeal, ordersOf, type Story } from '../../tools/marketStory.ts'

const DAY = 86_400
const MIN_BOND = 10n * WAD
const [TRUTH, LIE] = [digestOf('truth'), digestOf('lie')]
const SALT = keccak256(toHex('salt')) as Hex32
/** What a juror may say; undefined for silence. */
const SAYINGS = [TRUTH, TRUTH, LIE, UNABLE, undefined] as const

let local: LocalMarket
let story: Story
let jurors: Actor[]

beforeAll(async () => {
  local = await startLocalMarket()
  story = await beginStory(local, 9)
  jurors = story.workers.slice(3)
  for (const juror of jurors)
    await local.write(juror, 'jurors', 'takeSeat', [`0x${'0'.repeat(40)}`])
})
afterAll(() => local.stop())

const seconds = (sec: number) => local.client.increaseTime({ seconds: sec })
const total = async (account: Address): Promise<bigint> => {
  const parts = await Promise.all(
    ['freeOf', 'lockedOf', 'maturingOf'].map((name) =>
      local.read<bigint>('escrow', name, [account]),
    ),
  )
  return parts.reduce((sum, part) => sum + part, 0n)
}

/** A settled task with one vote for the other digest, and what Appeals asks for. */
async function settle(salt: bigint, lies: boolean) {
  const orders = ordersOf(story, salt, {
    request: { minOdds: 3n * WAD, maturitySec: (14 * DAY) as never },
  })
  const { terms } = await makeDeal(story, orders, 1)
  const { pool, operator } = story
  const [winner, loser] = lies ? [LIE, TRUTH] : [TRUTH, LIE]
  const { tasks, ballots } = orderDigests(
    [{ index: 0, digests: [winner, loser] }],
    story.workers
      .slice(0, 3)
      .map((worker, w) => ({ worker, votes: [{ slot: 0, variant: w === 2 ? 1 : 0 }] })),
  )
  const plan = { pool, nonce: salt, parts: [{ terms, tasks }], ballots, domain: local.workDomain }
  const batch = await packBatch(plan)
  const commit = await local.write(operator, 'work', 'commitBatch', [pool, salt, batch.root])
  const { timestamp } = await local.client.getBlock({ blockNumber: commit.blockNumber })
  const args = [pool, salt, Number(timestamp), SALT, batch.parts, batch.workers, '0x']
  const { logs, blockNumber } = await local.write(operator, 'work', 'settleBatch', args)
  const block = await local.client.getBlock({ blockNumber })
  const [settled] = parseEventLogs({ abi: ABIS.work, eventName: 'BatchSettled', logs })
  const slashes = parseEventLogs({ abi: ABIS.standing, eventName: 'FaultFound', logs })
  const dealId = hashDeal(terms) as DealId
  const taskId = hashTask(dealId, 0)
  const settlement: Settlement = {
    pool,
    nonce: salt,
    facts: {
      resultRoot: settled?.args.resultRoot as Hex32,
      batchRoot: batch.root,
      committedAt: Number(timestamp) as BatchFacts['committedAt'],
      settledAt: Number(block.timestamp) as BatchFacts['settledAt'],
    },
    parts: [{ dealId, tasks }],
    workers: batch.seals,
    absent: [],
    winners: new Map([[taskId, winner]]),
  }
  const evidence = appealEvidence(settlement, taskId)
  if (evidence === undefined) throw new RangeError('the task is not in its own settlement')
  return { orders, terms, taskId, evidence, winner, loser, lost: slashes[0]?.args.slashed ?? 0n }
}

/** Shows the block that a jury waits for, draws, and checks the draw against the model. */
async function draw(taskId: TaskId, number: number): Promise<Address[]> {
  const id = juryIdOf(taskId, number)
  const key = await local.read('prevrandaoSource', 'keyOf', [local.contracts.appeals, id])
  const at = await local.read<bigint>('prevrandaoSource', 'blockOf', [key])
  await local.client.mine({ blocks: 3 })
  const tag = `0x${at.toString(16)}` as const
  const block = await local.client.request<never>({
    method: 'eth_getBlockByNumber',
    params: [tag, false],
  } as never)
  const header = encodeHeader(block)
  await local.write(story.requester, 'prevrandaoSource', 'showHeader', [at, header])
  await local.write(story.requester, 'appeals', 'drawJury', [taskId])
  const seed = await local.read<Hex32>('prevrandaoSource', 'randomOf', [
    local.contracts.appeals,
    id,
  ])
  const juries = await local.read<{ seats: Hex[]; wanted: number }[]>('appeals', 'juriesOf', [
    taskId,
  ])
  const seats = juries[number]?.seats.map((seat) => seat.toLowerCase() as Address) ?? []
  const places = jurors.map(({ address }) => address)
  const wanted = juries[number]?.wanted ?? 0
  expect(seats).toEqual(drawJury({ seed, places, wanted, canServe: () => true }).jurors)
  return seats
}

async function vote(
  taskId: TaskId,
  { number, seats, said }: { number: number; seats: Address[]; said: (ResultDigest | undefined)[] },
): Promise<void> {
  const juryId = juryIdOf(taskId, number)
  const byAddress = new Map(jurors.map((juror) => [juror.address, juror]))
  const steps = seats.flatMap((seat, i) => {
    const digest = said[i]
    return digest === undefined ? [] : [{ juror: byAddress.get(seat) as Actor, digest }]
  })
  for (const { juror, digest } of steps) {
    const ballot = juryBallot({ juryId, juror: juror.address, digest, salt: SALT })
    await local.write(juror, 'appeals', 'commitVote', [taskId, ballot])
  }
  await seconds(2 * DAY + 1)
  for (const { juror, digest } of steps)
    await local.write(juror, 'appeals', 'revealVote', [taskId, digest, SALT])
  await seconds(DAY)
  await local.write(story.requester, 'appeals', 'decide', [taskId])
}

const choice = fc.record({
  lies: fc.boolean(),
  moods: fc.array(fc.nat(SAYINGS.length - 1), { minLength: 9, maxLength: 9 }),
})

type Seats = { juror: Address; said: ResultDigest | undefined; risk: bigint }[]

/** Up to three juries say what `moods` tell, until one has a verdict. */
async function holdTrial(
  taskId: TaskId,
  moods: readonly number[],
): Promise<{ seats: Seats; verdict: ResultDigest | undefined }> {
  const seats: Seats = []
  for (let number = 0; number < 3; number++) {
    const drawn = await draw(taskId, number)
    const said = drawn.map((_, i) => SAYINGS[moods[3 * number + i] ?? 0])
    await vote(taskId, { number, seats: drawn, said })
    for (const [i, juror] of drawn.entries())
      seats.push({ juror, said: said[i], risk: jurorRisk(MIN_BOND) })
    const verdict = verdictOf(said)
    if (verdict !== undefined) return { seats, verdict }
  }
  return { seats, verdict: undefined }
}

function verdictOf(said: readonly (ResultDigest | undefined)[]): ResultDigest | undefined {
  const revealed = said.filter((digest) => digest !== undefined)
  return revealed.find((digest) => {
    const best = revealed.filter((each) => each === digest).length
    return hasVerdict({ wanted: 3, revealed: revealed.length, best })
  })
}

function closingFacts(
  { terms, evidence, winner, loser, lost }: Awaited<ReturnType<typeof settle>>,
  { seats, verdict }: Awaited<ReturnType<typeof holdTrial>>,
): ClosingFacts {
  const workersPart = (terms.poolPrice * BigInt(terms.workerShareBps)) / 10_000n
  const { voters } = evidence
  const appellant = story.poolOwner.address
  return {
    settled: winner,
    verdict: verdict ?? winner,
    price: terms.appPrice + terms.datasetPrice + terms.poolPrice,
    fee: juryFee(MIN_BOND, workersPart),
    stake: terms.poolStake + terms.poolPrice - workersPart,
    requester: terms.requester,
    poolOwner: story.poolOwner.address,
    governor: local.deployer.address,
    rounds: [{ appellant, claimsFall: true, isHeard: verdict !== undefined }],
    seats,
    agreed: voters
      .filter(({ digest }) => digest === winner)
      .map(({ worker }) => ({ worker, held: workersPart / 2n, slash: 50n * WAD })),
    dissented: voters
      .filter(({ digest }) => digest !== winner)
      .map(({ worker }) => ({ worker, digest: loser, lost })),
  }
}

/** What the model says an account has more, or less, than before the appeal. */
function changeOf(facts: ClosingFacts, account: Address): bigint {
  const { paid, taken } = closeAppeal(facts)
  const sum = (moves: readonly { account: Address; amount: bigint }[]) =>
    moves.filter((move) => move.account === account).reduce((all, { amount }) => all + amount, 0n)
  const stake = account === facts.poolOwner ? facts.stake : 0n
  return sum(paid) - sum(taken) - stake
}

it('juries are drawn and appeals paid as the model says, whatever jurors say', async () => {
  let salt = 1000n
  const ends = { fell: 0, stood: 0 }
  const run = async (lies: boolean, moods: readonly number[]) => {
    // Seats count from the next second on, and a snapshot brings back the clock.
    await seconds(60)
    await local.client.mine({ blocks: 1 })
    const settled = await settle(++salt, lies)
    const { orders, terms, taskId, evidence } = settled
    const people = [...story.workers, story.requester, story.poolOwner, local.deployer]
    const accounts = people.map(({ address }) => address)
    const before = await Promise.all(accounts.map(total))
    const args = [terms, orders.request, evidence.claim, evidence.voters]
    await local.write(story.poolOwner, 'appeals', 'openAppeal', args)
    const facts = closingFacts(settled, await holdTrial(taskId, moods))
    await seconds(15 * DAY)
    await local.write(story.requester, 'appeals', 'closeAppeal', [taskId, terms])
    const after = await Promise.all(accounts.map(total))
    const changes = accounts.map((_, i) => (after[i] ?? 0n) - (before[i] ?? 0n))
    expect(changes).toEqual(accounts.map((account) => changeOf(facts, account)))
    ends[closeAppeal(facts).stood ? 'stood' : 'fell']++
  }
  await fc.assert(
    fc.asyncProperty(choice, async ({ lies, moods }) => {
      const snapshot = await local.client.snapshot()
      try {
        await run(lies, moods)
      } finally {
        await local.client.revert({ id: snapshot })
      }
    }),
    { numRuns: 12, seed: 20_260_111, endOnFailure: true },
  )
  // A run in which nothing falls, or nothing stands, proves little.
  expect(Math.min(ends.fell, ends.stood)).toBeGreaterThan(0)
}, 240_000)
