import { describe, expect, it } from 'vitest'
import { fillPlaceholders, hasPlaceholder } from './placeholders.ts'

const values = { i: '7', n: '9', file: '/in/a.b.wav', name: 'a.b.wav', stem: 'a.b' }

describe('fillPlaceholders', () => {
  it.each([
    ['--tile={i}/{n}', '--tile=7/9'],
    ['{file}', '/in/a.b.wav'],
    ['{stem}.txt of {name}', 'a.b.txt of a.b.wav'],
    ['{i}{i}', '77'],
  ])('fills %s', (argument, filled) => {
    expect(fillPlaceholders(argument, values)).toBe(filled)
  })

  it('leaves JSON and other braces alone', () => {
    for (const argument of ['{"a":{"b":1}}', '{x}', '{}', 'a{b'])
      expect(fillPlaceholders(argument, values)).toBe(argument)
  })

  it('gives the literal placeholder for doubled braces', () => {
    expect(fillPlaceholders('{{i}}', values)).toBe('{i}')
  })

  it('says that only --each knows files', () => {
    expect(() => fillPlaceholders('{file}', { i: '0', n: '1' })).toThrow(/--each/)
  })
})

it('tells arguments that depend on the task from those that do not', () => {
  expect(hasPlaceholder('a{i}')).toBe(true)
  expect(hasPlaceholder('{{i}}')).toBe(false)
  expect(hasPlaceholder('{"i":1}')).toBe(false)
})
