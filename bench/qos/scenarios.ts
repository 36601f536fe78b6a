import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { seededRandom } from '@millrace/base'
import {
  ENVIRONMENTS,
  type Environment,
  type Interval,
  type Node,
  nodeTimes,
  normal,
  readFailureTrace,
} from '@millrace/scheduler'

/** A bag on nodes of one kind; a seed is one run of it. */
export type Scenario = { name: string; bag: readonly number[]; nodesOf(seed: number): Node[] }

/** Operations of tasks of SpeQuloS' bags: an hour each, and a minute each, of a usual node. */
const BAGS = {
  small: Array.from({ length: 1_000 }, () => 3.6e6),
  big: Array.from({ length: 10_000 }, () => 6e4),
}
const NODES = 200
/** Desktop machines: N(1000, 250) operations a second, and none that stands still. */
const speedOf = (random: ReturnType<typeof seededRandom>) =>
  Math.max(100, 1000 + 250 * normal(random))

/** Nodes stay too short for tasks of an hour in g5klyo: that bag would never end there. */
const LEFT_OUT = new Set(['g5klyo small'])

/** Folders with an event_trace.tab of the Failure Trace Archive, one for each trace; none are in the repository. */
const TRACES = join(import.meta.dirname, 'traces')

/** All bags on all environments, and on the traces that are there. */
export function allScenarios(): Scenario[] {
  const environments = Object.entries(ENVIRONMENTS).map(
    ([name, environment]) => [name, (seed: number) => modelNodes(environment, seed)] as const,
  )
  return [...environments, ...traces()].flatMap(([name, nodesOf]) =>
    Object.entries(BAGS)
      .map(([bagName, bag]) => ({ name: `${name} ${bagName}`, bag, nodesOf }))
      .filter((scenario) => !LEFT_OUT.has(scenario.name)),
  )
}

function modelNodes(environment: Environment, seed: number): Node[] {
  return Array.from({ length: NODES }, (_, i) => {
    const random = seededRandom(seed * 1_000_003 + i)
    return { speed: speedOf(random), times: nodeTimes(environment, random) }
  })
}

function traces(): (readonly [string, (seed: number) => Node[]])[] {
  if (!existsSync(TRACES)) return []
  return readdirSync(TRACES).map((name) => {
    const text = readFileSync(join(TRACES, name, 'event_trace.tab'), 'utf8')
    const nodes = [...readFailureTrace(text).values()]
    return [name, (seed) => traceNodes(nodes, seed)] as const
  })
}

/** A run begins at a moment of the trace drawn by its seed. */
function traceNodes(nodes: readonly Interval[][], seed: number): Node[] {
  const random = seededRandom(seed)
  const endSec = nodes.flat().reduce((last, { untilSec }) => Math.max(last, untilSec), 0)
  const startSec = (random.float() * endSec) / 2
  return nodes.map((times) => {
    const after = times
      .filter(({ untilSec }) => untilSec > startSec)
      .map(({ fromSec, untilSec }) => {
        return { fromSec: Math.max(0, fromSec - startSec), untilSec: untilSec - startSec }
      })
    return { speed: speedOf(random), times: after.values() }
  })
}
