import type { Context } from '../context.ts'
import { displayWidth } from '../terminal/table.ts'

/** Tells what a start has done, each step once, with the time since the start. */
export type Steps = (name: string, detail: string) => void

const NAME_WIDTH = 11

export function createSteps({ out, clock }: Context, startedMs: number): Steps {
  return (name, detail) => {
    const sec = ((clock.nowMs() - startedMs) / 1000).toFixed(1).padStart(5)
    const padding = ' '.repeat(Math.max(1, NAME_WIDTH - displayWidth(name)))
    out.say(`${out.paint.dim(`${sec} s`)}  ${out.paint.good('✓')} ${name}${padding}${detail}`)
  }
}
