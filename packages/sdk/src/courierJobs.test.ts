import { type Clock, seconds, silentLogger } from '@millrace/base'
import { describe, expect, it } from 'vitest'
import { doEach, type JobRules, newJob, takeAll } from './courierJobs.ts'

const signal = new AbortController().signal
const fail = () => Promise.reject(new RangeError('no'))

/** Rules whose clock is set by the test, and one job under them. */
function aRound(change: Partial<JobRules> = {}) {
  let now = 0
  const clock: Clock = { nowMs: () => now * 1000, sleep: () => Promise.resolve() }
  const usual = {
    patienceSec: seconds(100),
    longestPauseSec: seconds(8),
    log: silentLogger,
    signal,
  }
  const rules: JobRules = { clock, ...usual, ...change }
  const jobs = new Map([['one', newJob('one', 7)]])
  const at = (sec: number, act: () => Promise<boolean>) => {
    now = sec
    return doEach(jobs, rules, act)
  }
  return { jobs, at }
}

describe('a job of the courier', () => {
  it('is forgotten once nothing is left to do', async () => {
    const { jobs, at } = aRound()
    await at(0, () => Promise.resolve(false))
    expect(jobs.size).toBe(1)
    await at(0, () => Promise.resolve(true))
    expect(jobs.size).toBe(0)
  })

  it('that fails is tried again after growing pauses, never after longer ones than the longest', async () => {
    const { at } = aRound()
    const tried: number[] = []
    for (let sec = 0; sec < 40; sec++)
      await at(sec, () => {
        tried.push(sec)
        return fail()
      })
    expect(tried).toEqual([0, 2, 6, 14, 22, 30, 38])
  })

  it('has all its patience left when it fails for the first time late', async () => {
    const { jobs, at } = aRound()
    await at(0, () => Promise.resolve(false))
    await at(5_000, fail)
    expect(jobs.size).toBe(1)
    await at(5_050, () => Promise.resolve(false))
    await at(5_120, fail)
    expect(jobs.size).toBe(1)
    await at(5_221, fail)
    expect(jobs.size).toBe(0)
  })

  it('ends with its signal, and is not forgotten', async () => {
    const stop = new AbortController()
    const { jobs, at } = aRound({ signal: stop.signal })
    stop.abort(new RangeError('enough'))
    await expect(at(0, fail)).rejects.toThrow('enough')
    expect(jobs.size).toBe(1)
  })
})

describe('tasks of one deal', () => {
  it('are all brought back, also behind one whose bytes are lost', async () => {
    const done: number[] = []
    const steps = [0, 1, 2, 3].map((index) => () => {
      if (index === 1) return Promise.reject(new RangeError('its bytes are lost'))
      done.push(index)
      return Promise.resolve()
    })
    await expect(takeAll(steps, signal)).rejects.toThrow('its bytes are lost')
    expect(done).toEqual([0, 2, 3])
  })
})
