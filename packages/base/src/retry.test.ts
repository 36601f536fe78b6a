import { expect, it } from 'vitest'
import type { Clock } from './clock.ts'
import { BaseError } from './errors.ts'
import { isRetryable, retry } from './retry.ts'

class BusyError extends BaseError {
  readonly code = 'BUSY'
  override readonly retryable = true
}
class WrongError extends BaseError {
  readonly code = 'WRONG'
}

/** A clock that notes the pauses and takes none. */
function noting(): Clock & { pauses: number[] } {
  const pauses: number[] = []
  return { pauses, nowMs: () => 0, sleep: (ms) => Promise.resolve(void pauses.push(ms)) }
}
const options = { attempts: 5, firstDelayMs: 10, maxDelayMs: 35 }

it('tries again after growing, bounded pauses', async () => {
  const clock = noting()
  const result = await retry(
    (attempt) => (attempt < 5 ? Promise.reject(new BusyError('busy')) : Promise.resolve(attempt)),
    { clock, ...options },
  )
  expect(result).toBe(5)
  expect(clock.pauses).toEqual([10, 20, 35, 35])
})

it('gives up after its attempts, and at once when trying again is no use', async () => {
  const clock = noting()
  await expect(
    retry(() => Promise.reject(new BusyError('busy')), { clock, ...options }),
  ).rejects.toThrow('busy')
  expect(clock.pauses.length).toBe(4)
  await expect(
    retry(() => Promise.reject(new WrongError('wrong')), { clock, ...options }),
  ).rejects.toThrow('wrong')
  expect(clock.pauses.length).toBe(4)
})

it('sees a refused connection through the errors around it', () => {
  const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })
  expect(isRetryable(new TypeError('fetch failed', { cause: refused }))).toBe(true)
  expect(isRetryable(new Error('other'))).toBe(false)
  expect(isRetryable(undefined)).toBe(false)
})
