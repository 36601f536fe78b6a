import type { JobProgress } from '@millrace/sdk'
import type { Messages } from '../language/messages.ts'
import { formatDuration, formatTime } from './format.ts'

const BAR_WIDTH = 24

/** One line of where a job stands, for a terminal of the given width. */
export function progressText(
  { volume, settled, agreed, running, etaSec, refundAt }: JobProgress,
  { t, elapsedSec, columns }: { t: Messages; elapsedSec: number; columns: number },
): string {
  const full = Math.round((settled / Math.max(volume, 1)) * BAR_WIDTH)
  const half = Math.round((Math.min(agreed, volume - settled) / Math.max(volume, 1)) * BAR_WIDTH)
  const bar = `${'█'.repeat(full)}${'▒'.repeat(Math.min(half, BAR_WIDTH - full))}`.padEnd(
    BAR_WIDTH,
    '·',
  )
  const eta = etaSec ?? estimate(settled, volume, elapsedSec)
  const line =
    refundAt === undefined
      ? t.progress.line({
          settled,
          volume,
          agreed,
          running,
          eta: eta === undefined ? undefined : formatDuration(eta),
        })
      : t.progress.late({ settled, volume, refundAt: formatTime(refundAt) })
  return `  ${bar} ${line}`.slice(0, Math.max(20, columns - 1))
}

/** Time left at the pace so far; unknown before anything has settled. */
function estimate(settled: number, volume: number, elapsedSec: number): number | undefined {
  if (settled === 0 || settled >= volume) return undefined
  return (elapsedSec / settled) * (volume - settled)
}
