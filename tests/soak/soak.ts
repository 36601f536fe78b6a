import { cpSync } from 'node:fs'
import { join } from 'node:path'
import type { Random } from '@millrace/base'
import { type Bag, buyBag, countSettled, followBag } from '../e2e/chaos/bag.ts'
import { checkPaidOnce } from '../e2e/chaos/checkPaidOnce.ts'
import {
  type CloudUnderTest,
  type Finished,
  startCloudUnderTest,
  until,
} from '../e2e/chaos/cloudUnderTest.ts'
import { type Disturbance, type Means, nextDisturbance } from './disturbances.ts'
import { mountSmallDisk } from './smallDisk.ts'

export type SoakOptions = {
  seconds: number
  random: Random
  canCutNetwork: boolean
  say: (line: string) => void
}

/** Longest that a bag may take from its disturbance to its end. */
const PATIENCE_MS = 300_000

/** One cloud, bag after bag, each disturbed at a moment of its own, until the time is up. */
export async function soak({ seconds, random, canCutNetwork, say }: SoakOptions): Promise<void> {
  const disk = mountSmallDisk()
  const means: Means = { canCutNetwork, fillDisk: disk?.fill }
  say(`network of its own: ${canCutNetwork}, disk of its own: ${disk !== undefined}`)
  const cloud = await startCloudUnderTest({ parentDir: disk?.dir })
  const endMs = performance.now() + seconds * 1000
  let isDone = false
  try {
    for (let round = 1; performance.now() < endMs; round++) {
      const disturbance = nextDisturbance(random, means)
      const startedMs = performance.now()
      await disturbedBag(cloud, { disturbance, random })
      const tookSec = (performance.now() - startedMs) / 1000
      say(`round ${round}: ${disturbance.name}: done in ${tookSec.toFixed(1)} s`)
    }
    isDone = true
  } catch (error) {
    say(`logs are kept in ${keepLogs(cloud)}`)
    throw error
  } finally {
    if (!isDone) await cloud.killAll()
    await cloud.stop()
    disk?.remove()
  }
}

async function disturbedBag(
  cloud: CloudUnderTest,
  { disturbance, random }: { disturbance: Disturbance; random: Random },
): Promise<void> {
  await untilWhole(cloud)
  const bag = await buyBag(cloud)
  const least = Math.floor(random.float() * bag.tasks * 0.8)
  await untilSettled(cloud, bag, least)
  await disturbance.happen(cloud)
  const followed = followBag(cloud, bag)
  let finished: Finished | undefined
  void followed.then((value) => {
    finished = value
  })
  await until(`the bag is done after ${disturbance.name}`, () => finished !== undefined, {
    timeoutMs: PATIENCE_MS,
  })
  await checkPaidOnce(cloud, bag, await followed)
}

/** Buying, unlike what was bought, needs the whole cloud; what was killed last may still be starting. */
const untilWhole = (cloud: CloudUnderTest) =>
  until(
    'the cloud is whole again',
    async () => {
      const { code, stdout } = await cloud.millrace(['worker', 'ls', '--json'])
      if (code !== 0) return false
      const { workers } = JSON.parse(stdout) as { workers: { connected: boolean }[] }
      return workers.every(({ connected }) => connected)
    },
    { timeoutMs: PATIENCE_MS, everyMs: 250 },
  )

const untilSettled = (cloud: CloudUnderTest, bag: Bag, least: number) =>
  until(
    `${least} tasks are settled`,
    async () => ((await countSettled(cloud, bag)) ?? 0) >= least,
    { timeoutMs: PATIENCE_MS, everyMs: 10 },
  )

function keepLogs({ home }: CloudUnderTest): string {
  const kept = `${home.replace(/\/[^/]*millrace-disk-[^/]*/, '')}-logs`
  cpSync(join(home, 'logs'), kept, { recursive: true })
  return kept
}
