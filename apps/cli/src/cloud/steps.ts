import type { Context } from '../context.ts'
import { displayWidth } from '../terminal/table.ts'

/** Tells what a start has done, each step once, with the time since the start. */
export type Steps = (name: string, detail: string) => void

const NAME_WIDTH = 11
/** Where details begin, after time, tick and name. */
const INDENT = 22

export function createSteps({ out, clock }: Context, startedMs: number): Steps {
  return (name, detail) => {
    const sec = ((clock.nowMs() - startedMs) / 1000).toFixed(1).padStart(5)
    const padding = ' '.repeat(Math.max(1, NAME_WIDTH - displayWidth(name)))
    out.say(
      `${out.paint.dim(`${sec} s`)}  ${out.paint.good('✓')} ${name}${padding}${wrapped(detail)}`,
    )
  }
}

/** Broken between words where the terminal ends; a pipe has no end. */
function wrapped(detail: string): string {
  const width = (process.stdout.columns ?? Number.POSITIVE_INFINITY) - INDENT
  const lines: string[] = []
  for (const word of detail.split(' ')) {
    const line = lines.at(-1)
    if (line !== undefined && displayWidth(`${line} ${word}`) < width)
      lines[lines.length - 1] = `${line} ${word}`
    else lines.push(word)
  }
  return lines.join(`\n${' '.repeat(INDENT)}`)
}
