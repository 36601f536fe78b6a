import { execFileSync } from 'node:child_process'
import type { Random } from '@millrace/base'
import { type CloudUnderTest, PARTS, type Part, until } from '../e2e/chaos/cloudUnderTest.ts'

/** One piece of bad luck: what it is, and how it comes and goes. */
export type Disturbance = { name: string; happen(cloud: CloudUnderTest): Promise<void> }

/** What this machine lets a soak do beside killing its own processes. */
export type Means = {
  /** The soak has a network of its own, which it may cut. */
  canCutNetwork: boolean
  /** Lets the cloud's disk be full, or not full any more; undefined where it has no disk of its own. */
  fillDisk?: ((full: boolean) => void) | undefined
}

/** Chooses the next disturbance. */
export function nextDisturbance(random: Random, { canCutNetwork, fillDisk }: Means): Disturbance {
  const part = () => pick(random, PARTS)
  const pauseMs = () => 500 + Math.floor(random.float() * 12_000)
  const kinds: (() => Disturbance)[] = [
    () => killing([part()]),
    () => killing([part()]),
    () => killing([part(), part(), part()]),
    () => killingAgain(part(), 2 + Math.floor(random.float() * 3)),
    () => pausing([part()], pauseMs()),
    () => pausing([part(), part()], pauseMs()),
    () => restarting,
    ...(canCutNetwork ? [() => outage(pauseMs())] : []),
    ...(fillDisk === undefined ? [] : [() => fullDisk(fillDisk, pauseMs())]),
  ]
  return pick(random, kinds)()
}

const killing = (parts: readonly Part[]): Disturbance => ({
  name: `kill ${parts.join(' and ')}`,
  happen: (cloud) => {
    for (const part of parts) signal(cloud, part, 'SIGKILL')
    return Promise.resolve()
  },
})

const killingAgain = (part: Part, times: number): Disturbance => ({
  name: `kill ${part} ${times} times`,
  happen: async (cloud) => {
    for (let i = 0; i < times; i++) {
      await until(`${part} is there`, () => cloud.pidOf(part) !== undefined)
      signal(cloud, part, 'SIGKILL')
    }
  },
})

const pausing = (parts: readonly Part[], ms: number): Disturbance => ({
  name: `pause ${parts.join(' and ')} for ${ms} ms`,
  happen: async (cloud) => {
    const pids = parts.map((part) => signal(cloud, part, 'SIGSTOP'))
    await elapsed(ms)
    for (const pid of pids) send(pid, 'SIGCONT')
  },
})

const restarting: Disturbance = {
  name: 'kill the supervisor and start again',
  happen: async (cloud) => {
    await cloud.killAll()
    await cloud.startAgain()
  },
}

const outage = (ms: number): Disturbance => ({
  name: `no network for ${ms} ms`,
  happen: async () => {
    execFileSync('ip', ['link', 'set', 'lo', 'down'])
    await elapsed(ms)
    execFileSync('ip', ['link', 'set', 'lo', 'up'])
  },
})

const fullDisk = (fill: (full: boolean) => void, ms: number): Disturbance => ({
  name: `a full disk for ${ms} ms`,
  happen: async () => {
    fill(true)
    await elapsed(ms)
    fill(false)
  },
})

function signal(cloud: CloudUnderTest, part: Part, name: NodeJS.Signals): number | undefined {
  const pid = cloud.pidOf(part)
  send(pid, name)
  return pid
}

/** To one that has ended meanwhile, nothing is sent. */
function send(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(pid, name)
  } catch {
    // Gone: somebody else's bad luck.
  }
}

function pick<T>(random: Random, values: readonly T[]): T {
  const value = values[Math.floor(random.float() * values.length)]
  if (value === undefined) throw new RangeError('nothing to pick from')
  return value
}

function elapsed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
