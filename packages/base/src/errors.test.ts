import { expect, it } from 'vitest'
import { BaseError, errorToJson, InvalidInputError, show } from './errors.ts'

class FullError extends BaseError {
  readonly code = 'FULL'
  override readonly retryable = true
}

it('travels as code, message, meta and hints', () => {
  const error = new FullError('The disk is full.', {
    meta: { freeBytes: 0 },
    hints: ['Make room.'],
  })
  expect(error.name).toBe('FullError')
  expect(errorToJson(error)).toEqual({
    code: 'FULL',
    message: 'The disk is full.',
    meta: { freeBytes: 0 },
    hints: ['Make room.'],
  })
})

it('keeps the text of unknown errors at home', () => {
  expect(JSON.stringify(errorToJson(new Error('password is 1234')))).not.toContain('1234')
  expect(errorToJson('anything').code).toBe('INTERNAL')
})

it('shows any value, shortened', () => {
  expect(show(12n)).toBe('12')
  expect(show(undefined)).toBe('missing')
  expect(show(Symbol('x'))).toBe('Symbol(x)')
  expect(show('x'.repeat(500)).length).toBe(120)
  expect(new InvalidInputError({ field: 'price', value: -1n, expected: '0 or more' }).message).toBe(
    'price is -1, but must be 0 or more.',
  )
})
