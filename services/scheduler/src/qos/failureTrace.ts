import { InvalidInputError } from '@millrace/base'
import type { Interval } from './availability.ts'

// Columns of event_trace.tab, from 0.
const NODE = 2
const TYPE = 5
const START = 6
const STOP = 7
const AVAILABLE = '1'

/**
 * When nodes were there, from an `event_trace.tab` of the Failure Trace Archive: one event a line, columns
 * parted by tabs, lines with # left out. Times count from the first event of the file; intervals of a node
 * are ascending and do not touch.
 *
 * @throws {InvalidInputError} `INVALID_INPUT` with the line
 * @see http://fta.scem.westernsydney.edu.au, the format of its tables
 */
export function readFailureTrace(text: string): Map<string, Interval[]> {
  const events = text.split('\n').flatMap((line, i) => {
    const isData = line.trim() !== '' && !line.trimStart().startsWith('#')
    return isData ? [readEvent(line, i + 1)] : []
  })
  const firstSec = events.reduce((first, { fromSec }) => Math.min(first, fromSec), Infinity)
  const nodes = new Map<string, Interval[]>()
  const ordered = events.toSorted((a, b) => a.fromSec - b.fromSec)
  for (const { node, isUp, ...event } of ordered) {
    const times = nodes.get(node) ?? []
    nodes.set(node, times)
    if (!isUp || event.untilSec <= event.fromSec) continue
    const last = times.at(-1)
    const interval = { fromSec: event.fromSec - firstSec, untilSec: event.untilSec - firstSec }
    if (last === undefined || last.untilSec < interval.fromSec) times.push(interval)
    else last.untilSec = Math.max(last.untilSec, interval.untilSec)
  }
  return nodes
}

function readEvent(line: string, number: number): Interval & { node: string; isUp: boolean } {
  const columns = line.split('\t').map((column) => column.trim())
  const numberIn = (at: number): number => {
    const value = Number(columns[at])
    if (columns[at] !== undefined && columns[at] !== '' && Number.isFinite(value)) return value
    throw new InvalidInputError({
      field: `line ${number}, column ${at + 1}`,
      value: columns[at],
      expected: 'a time in seconds',
    })
  }
  const [fromSec, untilSec] = [numberIn(START), numberIn(STOP)]
  return { node: columns[NODE] ?? '', isUp: columns[TYPE] === AVAILABLE, fromSec, untilSec }
}
