import { readStanding } from '@millrace/chain'
import type { AppealRow, WorkerRow } from '@millrace/wire'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type BagReport, untilConnected } from './chaos/bag.ts'
import { type ExtraWorker, type Forgery, startCheatingWorker } from './chaos/cheatingWorker.ts'
import { type CloudUnderTest, startCloudUnderTest, until } from './chaos/cloudUnderTest.ts'

// Workers that collude outvote an honest one and settle a wrong result. Its buyer finds out by running the task again,
// appeals, and a jury drawn by chance runs it too: who lied pays, and the buyer has the price back.

const STEP_SEC = 10
const JURORS = ['juror-1', 'juror-2', 'juror-3', 'juror-4']
const LIE = new TextEncoder().encode('31337 primes\n')
const forge: Forgery = (result) => ({ ...result, stdout: LIE })

type Task = { index: number; task: string; digest: string; rerun?: boolean; found?: string }
type Seat = AppealRow['juries'][number]['seats'][number]

let cloud: CloudUnderTest
const liars: ExtraWorker[] = []
const names = new Map<string, string>()

beforeAll(async () => {
  cloud = await startCloudUnderTest({
    flags: ['--workers', '1', '--appeal-step', `${STEP_SEC}s`],
  })
  for (let i = 0; i < 3; i++) liars.push(await startCheatingWorker(cloud, {}, { forge }))
  for (const name of JURORS) {
    const { juror } = await cloud.ask<{ juror: string }>([
      ...['appeal', 'seat', '--as', name, '--bond', '10'],
    ])
    names.set(juror, name)
  }
  await Promise.all(liars.map(({ address }) => untilConnected(cloud, address)))
}, 120_000)
afterAll(async () => {
  await Promise.all(liars.map((liar) => liar.stop()))
  await cloud.stop()
})

const appeal = (...args: string[]) => cloud.ask<AppealRow>(['appeal', ...args])
const chainPasses = (until_: number) =>
  until(`it is ${until_} on the chain`, () => Date.now() / 1000 > until_ + 1, { everyMs: 100 })

/** Runs one task, wrongly, and says what is wrong about it. */
async function buyALie(): Promise<{ report: BagReport; wrong: Task }> {
  const flags = ['--array', '1-1', '--appealable', '1h', '--out', 'results', '--json']
  const run = await cloud.millrace(['run', 'primes', ...flags, '--', '1', '1000'])
  expect(run, run.stderr).toMatchObject({ code: 0 })
  const report = JSON.parse(run.stdout) as BagReport
  const { code, stdout } = await cloud.millrace(['job', 'verify', '--json'])
  expect(code).toBe(6)
  const [wrong] = (JSON.parse(stdout) as { tasks: Task[] }).tasks
  expect(wrong).toMatchObject({ rerun: false })
  return { report, wrong: wrong as Task }
}

/** All that were drawn say what their own run gives. */
async function hearJury(task: string): Promise<Seat[]> {
  const { juries, until: votesUntil } = await appeal('draw', task)
  const seats = juries[0]?.seats ?? []
  const jurors = seats.map(({ juror }) => names.get(juror) as string)
  await Promise.all(jurors.map((name) => cloud.ask(['appeal', 'vote', task, '--as', name])))
  await chainPasses(votesUntil - STEP_SEC)
  await Promise.all(jurors.map((name) => cloud.ask(['appeal', 'reveal', task, '--as', name])))
  await chainPasses(votesUntil)
  return seats
}

it('a lie that a majority has settled is overturned, its tellers pay, and the buyer is repaid', async () => {
  const { report, wrong } = await buyALie()
  const { task, digest, found } = wrong
  expect(report).toMatchObject({ settled: 1 })

  const opened = await appeal('open', 'last', '--task', '0')
  expect(opened).toMatchObject({ taskId: task, status: 'drawing', digest, verdict: digest })
  expect(opened.voters.filter((voter) => voter.digest === digest).length).toBeGreaterThan(1)
  const { appeals } = await cloud.ask<{ appeals: AppealRow[] }>(['appeal', 'ls'])
  expect(appeals.map(({ taskId }) => taskId)).toEqual([task])

  const seats = await hearJury(task)
  expect(seats).toHaveLength(3)
  const decided = await appeal('decide', task)
  expect(decided).toMatchObject({ status: 'decided', verdict: found })
  expect(decided.juries[0]?.seats.map(({ state }) => state)).toEqual(Array(3).fill('revealed'))
  await chainPasses(decided.until)
  const before = await cloud.ask<{ free: string }>(['wallet', 'balance'])
  await appeal('close', task)

  const closed = await appeal('show', task)
  expect(closed).toMatchObject({ status: 'closed', stood: false, verdict: found })
  const price = BigInt(report.paid)
  expect(BigInt(closed.payout?.refund ?? 0)).toBe(price)
  const after = await cloud.ask<{ free: string }>(['wallet', 'balance'])
  const bond = BigInt(closed.rounds[0]?.bond ?? 0)
  const gain = price + bond + BigInt(closed.payout?.bounty ?? 0)
  expect(BigInt(after.free) - BigInt(before.free)).toBe(gain)

  const { workers } = await cloud.ask<{ workers: WorkerRow[] }>(['worker', 'ls'])
  const tellers = closed.voters.filter((voter) => voter.digest === digest)
  for (const { worker } of tellers) {
    const liar = liars.find(({ address }) => address === worker) as ExtraWorker
    expect((await readStanding(cloud.chain(), liar.address)).bond).toBe(liar.bond / 2n)
    expect(workers.find((row) => row.worker === worker)).toMatchObject({ faults: 1 })
  }
}, 120_000)
