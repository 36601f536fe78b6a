import { SIDE } from './drawDigit.ts'
import type { Labelled } from './train.ts'

/**
 * A sheet of digits as a PGM picture (P5, ink is light), `columns` in a row; what they are is in a
 * comment, `# truth 0123...`, row by row.
 */
export function sheetOf(digits: readonly Labelled[], columns: number): Uint8Array<ArrayBuffer> {
  const rows = Math.ceil(digits.length / columns)
  const truth = digits.map(({ label }) => label).join('')
  const head = new TextEncoder().encode(
    `P5\n# truth ${truth}\n${columns * SIDE} ${rows * SIDE}\n255\n`,
  )
  const sheet = new Uint8Array(head.length + columns * rows * SIDE * SIDE)
  sheet.set(head)
  digits.forEach(({ bytes }, i) => {
    for (let y = 0; y < SIDE; y++) {
      const line = (Math.floor(i / columns) * SIDE + y) * columns * SIDE
      const row = bytes.subarray(y * SIDE, (y + 1) * SIDE)
      sheet.set(row, head.length + line + (i % columns) * SIDE)
    }
  })
  return sheet
}
