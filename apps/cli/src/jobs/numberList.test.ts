import { expect, it } from 'vitest'
import { parseNumberList } from './numberList.ts'

it.each([
  ['1-4', [1, 2, 3, 4]],
  ['0-9:3', [0, 3, 6, 9]],
  ['1,3,5-7', [1, 3, 5, 6, 7]],
  ['1_000', [1000]],
  ['7', [7]],
])('reads %s', (text, numbers) => {
  expect(parseNumberList(text, '--array')).toEqual(numbers)
})

it.each(['', '4-1', '1-', '-1', 'a', '1-4:0', '1,,2', '1,1', '1-3,2', '1-999999999'])(
  'refuses %j and names the flag',
  (text) => {
    expect(() => parseNumberList(text, '--array')).toThrow(/^--array is /)
  },
)
