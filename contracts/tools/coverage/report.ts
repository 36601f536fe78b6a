import { existsSync, readFileSync } from 'node:fs'
import type { Point } from './instrument.ts'
import { HITS } from './yul.ts'

const ARGUED = 'docs/assurance.md'

/** A row of the table of what cannot be reached: file, text of the place, argument. */
type Row = { file: string; text: string }

/** Prints what no test reached, by file; returns how many of them docs/assurance.md does not argue away. */
export function report(points: Point[]): number {
  const rows = readRows()
  const missed = points.filter((_, i) => !existsSync(HITS + String(i).padStart(6, '0')))
  const open = missed.filter((point) => !rows.some((row) => isArgued(point, row)))
  for (const { file, line, what, text } of open) {
    const outcome = what === 'statement' ? 'not reached' : `never ${what}`
    console.log(`${file}:${line}: ${outcome}: ${text.slice(0, 100)}`)
  }
  for (const { file, text } of rows.filter((row) => !missed.some((point) => isArgued(point, row))))
    console.log(`${ARGUED}: ${file}: "${text}" is reached, or gone`)
  const statements = points.filter(({ what }) => what === 'statement').length
  console.log(
    `coverage: ${points.length - missed.length} of ${points.length} reached (${statements} statements, ` +
      `${points.length - statements} outcomes of conditions); ${missed.length - open.length} cannot be, ${open.length} missed`,
  )
  return open.length
}

function isArgued(point: Point, row: Row): boolean {
  return point.file === row.file && point.text.startsWith(row.text)
}

/** Rows like "| `contracts/src/X.sol` | `text` | why |". */
function readRows(): Row[] {
  return [
    ...readFileSync(ARGUED, 'utf8').matchAll(/^\| `(contracts\/src\/[^`]+)` \| `([^`]+)` \|/gm),
  ].map(([, file = '', text = '']) => ({ file, text }))
}
