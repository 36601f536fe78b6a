import { expect, it } from 'vitest'
import { InvalidInputError } from './errors.ts'
import { address, dealId, hex32 } from './ids.ts'

it('lowers the case of what is well formed', () => {
  expect(address(`0x${'Ab'.repeat(20)}`)).toBe(`0x${'ab'.repeat(20)}`)
  expect(hex32(`0x${'CD'.repeat(32)}`)).toBe(`0x${'cd'.repeat(32)}`)
})

it('names field, value and form of what is not', () => {
  expect(() => dealId('0x12', '--deal')).toThrow(
    '--deal is "0x12", but must be 0x and 64 hexadecimal digits.',
  )
  for (const value of [
    '',
    '0x',
    `${'ab'.repeat(20)}`,
    `0x${'zz'.repeat(20)}`,
    `0x${'ab'.repeat(21)}`,
  ]) {
    expect(() => address(value)).toThrow(InvalidInputError)
  }
})
