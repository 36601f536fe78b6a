import { RemoteError, systemClock } from '@millrace/base'
import { describe, expect, it } from 'vitest'
import { BadAnswerError, ServiceUnreachableError } from './errors.ts'
import { pageOf, requestJson, withQuery } from './http.ts'

const clock = { ...systemClock, sleep: () => Promise.resolve() }
const anything = { parse: (value: unknown) => value }

/** A service that answers so, one answer per request; the last one for all further ones. */
function service(...answers: (Response | Error)[]) {
  let asked = 0
  const fetch = () => {
    const answer = answers[Math.min(asked, answers.length - 1)]
    asked += 1
    return answer instanceof Error
      ? Promise.reject(answer)
      : Promise.resolve((answer as Response).clone())
  }
  return { context: { fetch: fetch as typeof globalThis.fetch, clock }, asked: () => asked }
}

const json = (value: unknown, status = 200): Response =>
  new Response(JSON.stringify(value), { status })

describe('requestJson', () => {
  it('waits for a service that is starting', async () => {
    const { context, asked } = service(new TypeError('fetch failed'), json({ ok: 1 }))
    await expect(requestJson(context, 'http://x/', anything)).resolves.toEqual({ ok: 1 })
    expect(asked()).toBe(2)
  })

  it('gives up in the end and names the service', async () => {
    const { context } = service(new TypeError('fetch failed'))
    const asking = requestJson(context, 'http://x:1/deals', anything)
    await expect(asking).rejects.toThrow(ServiceUnreachableError)
    await expect(asking).rejects.toThrow('http://x:1')
  })

  it('keeps the code of an error and does not ask again', async () => {
    const body = { error: { code: 'NOT_FOUND', message: 'no deal', meta: {}, hints: ['look'] } }
    const { context, asked } = service(json(body, 404))
    const error = await requestJson(context, 'http://x/', anything).catch((caught) => caught)
    expect(error).toBeInstanceOf(RemoteError)
    expect(error).toMatchObject({ code: 'NOT_FOUND', hints: ['look'] })
    expect(asked()).toBe(1)
  })

  it.each([
    ['an answer that its schema refuses', json({ items: 5 }), pageOf(anything)],
    ['an answer that is no JSON', new Response('<html>'), anything],
  ])('refuses %s', async (_, answer, schema) => {
    const { context } = service(answer)
    await expect(requestJson(context, 'http://x/', schema)).rejects.toBeInstanceOf(BadAnswerError)
  })

  it("ends with the caller's reason when he stops", async () => {
    const { context } = service(new TypeError('aborted'))
    const reason = new Error('stopped')
    await expect(
      requestJson(context, 'http://x/', anything, { signal: AbortSignal.abort(reason) }),
    ).rejects.toBe(reason)
  })
})

it('adds only parameters that are set', () => {
  expect(withQuery('http://x/y', { a: 1, b: undefined, c: 'd e' })).toBe('http://x/y?a=1&c=d+e')
  expect(withQuery('http://x/y', {})).toBe('http://x/y')
})
