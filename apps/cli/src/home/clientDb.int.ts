import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hex32 } from '@millrace/base'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { selectJobs } from '../jobs/selectors.ts'
import { type ClientDb, type JobRecord, openClientDb } from './clientDb.ts'
import { homeAt, makeHome } from './home.ts'

const RECORD: JobRecord = {
  appName: 'echo',
  app: '0x',
  manifestCid: 'm',
  bagCid: 'b',
  tasks: 1,
  labels: ['0'],
  trust: 0.9,
  signed: { order: {}, signature: '0x' },
  deals: [],
  out: undefined,
}
const request = (digit: number) => hex32(`0x${String(digit).repeat(64)}`)
let dir: string
let db: ClientDb

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'millrace-db-'))
  makeHome(homeAt(dir))
  db = openClientDb(homeAt(dir))
  for (const digit of [1, 2, 3, 4, 5])
    db.addJob({ request: request(digit), createdAt: 1000 + digit, record: RECORD })
})
afterEach(() => {
  db.close()
  rmSync(dir, { recursive: true, force: true })
})

describe('jobs', () => {
  it('are numbered from 1 in the order they came', () => {
    expect(db.allJobs().map(({ number }) => number)).toEqual([5, 4, 3, 2, 1])
  })

  it('keep what was changed, also for another process', () => {
    db.updateJob(2, { state: 'running', record: { ...RECORD, tasks: 9 } })
    db.updateJob(2, { state: 'done' })
    const other = openClientDb(homeAt(dir))
    expect(other.jobByNumber(2)).toMatchObject({ state: 'done', record: { tasks: 9 } })
    other.close()
  })
})

describe('selectors', () => {
  it.each([
    [['last'], [5]],
    [['all'], [1, 2, 3, 4, 5]],
    [['1,3,4-5'], [1, 3, 4, 5]],
    [['4-99'], [4, 5]],
    [['0x3333'], [3]],
    [
      ['2', 'last', '2'],
      [2, 5],
    ],
  ])('%j are jobs %j', (selectors, numbers) => {
    expect(selectJobs(db, selectors).map(({ number }) => number)).toEqual(numbers)
  })

  it.each(['9', '0xabcd', '77-99'])(
    '%s is no job, and the error lists how to name one',
    (selector) => {
      expect(() => selectJobs(db, [selector])).toThrow(`There is no job ${selector}`)
    },
  )

  it('that are no selectors are refused', () => {
    expect(() => selectJobs(db, ['first'])).toThrow(/no job first/)
    expect(() => selectJobs(db, ['3-'])).toThrow(/job is "3-"/)
  })
})
