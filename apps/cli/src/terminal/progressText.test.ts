import { unixSeconds } from '@millrace/base'
import { expect, it } from 'vitest'
import { en } from '../language/en.ts'
import { progressText } from './progressText.ts'

const progress = {
  volume: 48,
  dealt: 48,
  settled: 12,
  agreed: 12,
  running: 2,
  workers: 2,
  etaSec: undefined,
  refundAt: undefined,
}

it('shows settled and agreed work in one bar, and the pace so far as the time left', () => {
  expect(progressText(progress, { t: en, elapsedSec: 10, columns: 200 })).toBe(
    '  ██████▒▒▒▒▒▒············ 12/48 settled · 12 agreed · 2 running · 30 s left',
  )
})

it("takes the pool's own estimate where there is one", () => {
  const text = progressText({ ...progress, etaSec: 90 }, { t: en, elapsedSec: 10, columns: 200 })
  expect(text).toContain('1 min 30 s left')
})

it('says when the money comes back once the deadline has passed', () => {
  const late = { ...progress, settled: 0, refundAt: unixSeconds(1_800_000_000) }
  expect(progressText(late, { t: en, elapsedSec: 10, columns: 200 })).toContain(
    '0/48 settled · deadline passed; the rest comes back at 2027-01-15 08:00:00 UTC',
  )
})

it('claims nothing about the time before anything has settled', () => {
  const text = progressText({ ...progress, settled: 0 }, { t: en, elapsedSec: 10, columns: 200 })
  expect(text).not.toContain('left')
})

it('fits the terminal', () => {
  const text = progressText(progress, { t: en, elapsedSec: 10, columns: 40 })
  expect(text.length).toBeLessThan(40)
})
