import { zSignedOrder } from '@millrace/wire'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { invalidInput } from './invalid.ts'

const errorOf = (schema: z.ZodType, input: unknown) => {
  const parsed = schema.safeParse(input)
  if (parsed.success) throw new RangeError('valid')
  return invalidInput(parsed.error, 'body', input)
}

describe('invalidInput', () => {
  it('names field, value and what it must be', () => {
    const { message } = errorOf(z.object({ a: z.object({ b: z.int() }) }), { a: { b: 'x' } })
    expect(message).toBe('body.a.b is "x", but must be a value of type number.')
  })

  it('lists the other bad fields', () => {
    const error = errorOf(z.object({ a: z.string(), b: z.string() }), { a: 1, b: 2 })
    expect(error.meta['issues']).toMatchObject([{ field: 'body.a' }, { field: 'body.b' }])
  })

  it('says which fields are unknown', () => {
    expect(errorOf(z.strictObject({}), { extra: 1 }).message).toContain('without extra')
  })

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a number', 5],
    ['an unknown kind', { kind: 'gift', order: {}, signature: '0x' }],
    ['a missing order', { kind: 'app', signature: '0x' }],
    ['a bad address', { kind: 'app', order: { app: '0x12' }, signature: '0x' }],
  ])('explains an order that is %s', (_, input) => {
    const error = errorOf(zSignedOrder, input)
    expect(error.message).toMatch(/^body[\w.]* is .+, but must be .+\.$/)
  })
})
