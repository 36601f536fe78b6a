import { expect, it } from 'vitest'
import { displayWidth, formatTable } from './table.ts'

it('aligns columns to their widest cell and leaves no space at the end of a line', () => {
  expect(formatTable(['A', 'LONG'], [['first', 'x']])).toBe('A      LONG\nfirst  x')
})

it('cuts what goes beyond the terminal', () => {
  expect(formatTable(['A', 'B'], [['first', '作业作业']], 12)).toBe('A      B\nfirst  作业…')
})

it('counts wide characters twice and colours not at all', () => {
  expect(displayWidth('作业 1')).toBe(6)
  expect(displayWidth('\u001b[31mred\u001b[39m')).toBe(3)
})
