import { type DealId, dealId } from '@millrace/base'
import { readDeal } from '@millrace/chain'
import { type CloudUnderTest, type Finished, until } from './cloudUnderTest.ts'

/** A bag under way, as its buyer sees it. */
export type Bag = {
  job: number
  deal: DealId
  tasks: number
  /** What the buyer had free before. */
  freeBefore: bigint
}

/** What `job wait --json` says, as far as it is checked. */
export type BagReport = {
  state: string
  exitCode: number
  settled: number
  paid: string
  refunded: string
  /** Folder of the results. */
  dir: string
  payments: { to: string; role: string; amount: string }[]
  workers: { worker: string; tasks: number; faults: number; reward: string }[]
  results: { index: number; status: string; exitCode: number; digest: string; folder: string }[]
  unverified: unknown[]
}

export type BagOptions = {
  tasks?: number
  trust?: string
  /** Program and what it is given, `{i}` standing for the task's number. */
  program?: string
  args?: readonly string[]
}

/** Primes of a range that starts at the task's number: some 5 ms each. */
const PRIMES = ['{i}0000', '{i}0499']

/** Buys a bag and does not wait for it. */
export async function buyBag(
  cloud: CloudUnderTest,
  { tasks = 200, trust = '90%', program = 'primes', args = PRIMES }: BagOptions = {},
): Promise<Bag> {
  const { free } = await cloud.ask<{ free: string }>(['wallet', 'balance'])
  const flags = ['--array', `1-${tasks}`, '--trust', trust, '--detach', '--json']
  const { code, stdout, stderr } = await cloud.millrace(['run', program, ...flags, '--', ...args])
  if (code !== 0) throw new Error(`run ended with ${code}:\n${stderr}${stdout}`)
  const { job, deals } = JSON.parse(stdout) as { job: number; deals: string[] }
  const [deal] = deals
  if (deals.length !== 1 || deal === undefined) throw new Error(`${deals.length} deals`)
  return { job, deal: dealId(deal), tasks, freeBefore: BigInt(free) }
}

/** Follows the bag to its end as its buyer does, whatever happens to the cloud meanwhile. */
export function followBag({ millrace, home }: CloudUnderTest, { job }: Bag): Promise<Finished> {
  return millrace(['job', 'wait', String(job), '--out', `${home}/results-${job}`, '--json'])
}

/** Tasks settled on chain; undefined while the chain cannot be asked. */
export async function countSettled(cloud: CloudUnderTest, bag: Bag): Promise<number | undefined> {
  try {
    return (await readDeal(cloud.chain(), bag.deal)).settled
  } catch {
    return undefined
  }
}

/** Waits until some tasks are settled; an error when all are, since then nothing is left to disturb. */
export async function untilHalfWay(
  cloud: CloudUnderTest,
  bag: Bag,
  { least = 1 }: { least?: number } = {},
): Promise<void> {
  await until(
    `${least} of ${bag.tasks} tasks are settled`,
    async () => {
      const settled = (await countSettled(cloud, bag)) ?? 0
      if (settled === bag.tasks) throw new Error('the bag was over before it could be disturbed')
      return settled >= least
    },
    { everyMs: 10 },
  )
}

/** Waits until the pool has a session with the worker. */
export function untilConnected(cloud: CloudUnderTest, address: string): Promise<void> {
  return until(`worker ${address} is connected`, async () => {
    const { workers } = await cloud.ask<{ workers: { worker: string; connected: boolean }[] }>([
      'worker',
      'ls',
    ])
    return workers.some(({ worker, connected }) => worker === address && connected)
  })
}
