import {
  type BagRun,
  idealSec,
  predict,
  type Strategy,
  simulateBag,
  tailSlowdown,
} from '@millrace/scheduler'
import { type Bench, median } from '../figure.ts'
import { allScenarios, type Scenario } from './scenarios.ts'

const SEEDS = 30
/** Our own variant of 9C-C-R: copies as late as they still help. */
const CHOSEN: Strategy = { trigger: 'completed', sizing: 'conservative', deployment: 'late' }
const RESCHEDULE: Strategy = { ...CHOSEN, deployment: 'reschedule' }
/** By SpeQuloS' names. */
const OTHERS: Record<string, Strategy> = {
  '9C-C-R': RESCHEDULE,
  '9C-G-R': { ...RESCHEDULE, sizing: 'greedy' },
  '9A-C-R': { ...RESCHEDULE, trigger: 'assigned' },
  'D-C-R': { ...RESCHEDULE, trigger: 'variance' },
  '9C-C-D': { ...CHOSEN, deployment: 'duplicate' },
  '9C-C-F': { ...CHOSEN, deployment: 'flat' },
}

type Pair = { plain: BagRun; helped: BagRun }

/** Share of runs in percent of which helpers remove the whole tail: they end when the ideal says, or before. */
export const qosTail: Bench = {
  name: 'qos-tail',
  unit: '%',
  bar: { least: 50 },
  slow: true,
  measure: (log) => {
    const pairs = runAll(CHOSEN, log)
    for (const [name, strategy] of Object.entries(OTHERS)) {
      const others = runAll(strategy)
      log(`${name}: ${summary(others)}`)
    }
    log(`9C-C-late over all: ${summary(pairs)}`)
    return Promise.resolve(100 * removedShare(pairs))
  },
}

/** Work of the helpers in percent of the bag's, mean over runs; also what they do for nothing. */
export const qosExtra: Bench = {
  name: 'qos-extra',
  unit: '%',
  bar: { most: 10 },
  slow: true,
  measure: () =>
    Promise.resolve(100 * mean(runAll(CHOSEN).map(({ helped }) => helped.helperShare))),
}

function runAll(strategy: Strategy, log: (line: string) => void = () => {}): Pair[] {
  return allScenarios().flatMap((scenario) => {
    const pairs = runScenario(scenario, strategy)
    log(`${scenario.name}: ${summary(pairs)}; ${predictionsOf(pairs)}`)
    return pairs
  })
}

function runScenario({ name, bag, nodesOf }: Scenario, strategy: Strategy): Pair[] {
  return Array.from({ length: SEEDS }, (_, seed) => {
    const key = `${name} ${seed}`
    const plain = plainRuns.get(key) ?? simulateBag(bag, nodesOf(seed))
    plainRuns.set(key, plain)
    return { plain, helped: simulateBag(bag, nodesOf(seed), strategy) }
  })
}

/** The same for all strategies. */
const plainRuns = new Map<string, BagRun>()

function summary(pairs: readonly Pair[]): string {
  const slow = pairs.map(({ plain }) => tailSlowdown(plain) ?? 1)
  const shares = pairs.map(({ helped }) => helped.helperShare)
  return (
    `tail removed in ${percent(removedShare(pairs))} of ${pairs.length} runs, ` +
    `slowdown ${median(slow).toFixed(2)} to ${median(pairs.map(slowdownLeft)).toFixed(2)} (median), ` +
    `extra work ${percent(mean(shares))} on average, ${percent(Math.max(...shares))} at most`
  )
}

/** How well the end is foretold at half of a bag, each run from all others. */
function predictionsOf(pairs: readonly Pair[]): string {
  const runs = pairs.map(({ plain }) => plain)
  const { success = 0 } = predict(runs, { share: 0.5, sec: 1 })
  return `end foretold at half of the bag in ${percent(success)}`
}

/** Against the ideal of the same run without help: the two are the same until help begins. */
function slowdownLeft({ plain, helped }: Pair): number {
  return (helped.doneSec.at(-1) ?? 0) / (idealSec(plain) ?? 1)
}

const removedShare = (pairs: readonly Pair[]): number =>
  mean(pairs.map((pair) => (slowdownLeft(pair) <= 1 ? 1 : 0)))
const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, number) => sum + number, 0) / numbers.length
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
