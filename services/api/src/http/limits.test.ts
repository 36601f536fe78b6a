import type { Clock } from '@millrace/base'
import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { limitBody, rateLimit } from './limits.ts'

it('lets a burst through, then as many as the rate refills', async () => {
  let nowMs = 0
  const clock: Clock = { nowMs: () => nowMs, sleep: () => Promise.resolve() }
  const app = new Hono()
    .use(rateLimit({ burst: 3, perSec: 2 }, clock))
    .get('/', (c) => c.text('ok'))
  const statuses = async (count: number) => {
    const answers: number[] = []
    for (let i = 0; i < count; i++) answers.push((await app.request('/')).status)
    return answers
  }
  expect(await statuses(4)).toEqual([200, 200, 200, 429])
  nowMs += 1000
  expect(await statuses(3)).toEqual([200, 200, 429])
  const refused = await app.request('/')
  expect(refused.headers.get('retry-after')).toBe('1')
  expect(await refused.json()).toMatchObject({ error: { code: 'RATE_LIMITED' } })
})

it('refuses a body over the limit without reading it all', async () => {
  const app = new Hono()
    .use(limitBody(10))
    .post('/', async (c) => c.text(`${(await c.req.text()).length}`))
  expect((await app.request('/', { method: 'POST', body: '0123456789' })).status).toBe(200)
  const refused = await app.request('/', { method: 'POST', body: '0123456789a' })
  expect(refused.status).toBe(413)
  expect(await refused.json()).toMatchObject({ error: { code: 'BODY_TOO_LARGE' } })
})
