import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Runtime } from '@millrace/runtime'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { networkOf } from '../../scripts/digits/header.ts'
import { digitOf, forward } from '../../scripts/digits/network.ts'
import { sheetOf } from '../../scripts/digits/sheet.ts'
import { drawFrom, drawings, type Labelled } from '../../scripts/digits/train.ts'
import { CATALOGUE, createRuntime, output, text } from './runApp.ts'
import { programOf } from './runs.ts'

/** Share of drawings that no training saw, which the network must name right. */
const BAR = 0.97

let runtime: Runtime
beforeAll(async () => {
  runtime = await createRuntime()
})
afterAll(() => runtime.close())
const { run, runBag } = programOf(() => runtime, 'digits')
const network = networkOf(readFileSync(join(CATALOGUE, 'digits/weights.h'), 'utf8'))

const heldOut = drawings(1000, drawFrom(77))
const sheet = { path: 'held.pgm', source: sheetOf(heldOut, 40) }

it('names the digits that the network of the training script names, as surely', async () => {
  const rows = text(output(await run([], [], [sheet]), 'held.csv'))
    .trim()
    .split('\n')
    .slice(1)
  expect(rows).toHaveLength(heldOut.length)
  rows.forEach((row, i) => {
    const { label, bytes } = heldOut[i] as Labelled
    const { scores } = forward(network, bytes)
    const best = digitOf(scores)
    const sum = scores.reduce((all, score) => all + Math.exp(score - (scores[best] as number)), 0)
    const [, line, column, digit, confidence, truth] = row.split(',')
    expect([line, column, digit, truth]).toEqual(
      [Math.floor(i / 40), i % 40, best, label].map(String),
    )
    expect(Number(confidence)).toBeCloseTo(1 / sum, 8)
  })
})

it('is right more often than its bar on drawings it never saw, and than the nearest mean', async () => {
  const confusion = text(output(await run([], [], [sheet]), 'confusion.csv'))
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').slice(1).map(Number))
  const right = confusion.reduce((sum, row, digit) => sum + (row[digit] as number), 0)
  expect(right / heldOut.length).toBeGreaterThanOrEqual(BAR)
  expect(right / heldOut.length).toBeGreaterThan(nearestMean() + 0.05)
})

/** What naming each drawing after the nearest mean of its class would reach. */
function nearestMean(): number {
  const seen = drawings(1000, drawFrom(1))
  const means = Array.from({ length: 10 }, () => new Float64Array(256))
  for (const { label, bytes } of seen)
    bytes.forEach((byte, i) => {
      const mean = means[label] as Float64Array
      mean[i] = (mean[i] as number) + byte / 100
    })
  const right = heldOut.filter(({ label, bytes }) => {
    const away = means.map((mean) =>
      mean.reduce((sum, value, i) => sum + (value - (bytes[i] as number)) ** 2, 0),
    )
    return away.indexOf(Math.min(...away)) === label
  })
  return right.length / heldOut.length
}

it('joins the sheets of a bag as one task would have read them', async () => {
  const sheets = [0, 1, 2, 3].map((i) => `example/sheet${i}.pgm`)
  const whole = await run([], sheets)
  const joined = await runBag(sheets.length, ['sheet{i}.pgm'], sheets)
  for (const file of ['confusion.csv', 'confusion.png'])
    expect(output(joined, file)).toEqual(output(whole, file))
  const rows = text(output(joined, 'digits.csv')).trim().split('\n')
  expect(rows).toHaveLength(401)
  expect(rows.slice(101, 201).join('\n')).toBe(
    text(output(whole, 'sheet1.csv')).trim().split('\n').slice(1).join('\n'),
  )
})

it('says what is wrong with a picture that is no sheet', async () => {
  const source = new TextEncoder().encode('P5\n17 16\n255\n')
  const result = await run([], [], [{ path: 'odd.pgm', source }])
  expect(result).toMatchObject({ status: 'exit', exitCode: 2 })
  expect(text(result.stderr)).toContain('sides must be multiples of 16')
})

it('has the weights that the training script makes, to the last bit', () => {
  const cwd = fileURLToPath(new URL('../..', import.meta.url))
  const args = ['scripts/trainDigits.ts', '--check']
  expect(execFileSync(process.execPath, args, { cwd, encoding: 'utf8' })).toBe('')
})
