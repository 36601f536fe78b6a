import { InvalidInputError } from '@millrace/base'
import { expect, it } from 'vitest'
import { CloudNotRunningError } from '../errors.ts'
import { en } from '../language/en.ts'
import { zh } from '../language/zh.ts'
import { errorDocument, errorText } from './errorText.ts'
import { createOutput } from './output.ts'

const { paint } = createOutput({ json: false, colour: false })

it('says what happened, what to do, and where more is written', () => {
  const text = errorText(new CloudNotRunningError({ home: '/h' }), { t: en, paint })
  expect(text.split('\n')).toEqual([
    'error: No cloud runs from /h.',
    '  - Start one in another terminal: npm start',
    '  - If yours has another folder, name it: --home DIR, or set MILLRACE_HOME',
    '  More: docs/errors/cloud-not-running.md',
  ])
})

it('adds a line in the language of the user', () => {
  const error = new InvalidInputError({ field: '--trust', value: 'x', expected: 'a share' })
  expect(errorText(error, { t: zh, paint })).toContain(zh.errors.byCode['INVALID_INPUT'])
})

it('gives machines the code, the values and the hints', () => {
  const error = new InvalidInputError({ field: '--trust', value: 'x', expected: 'a share' })
  expect(errorDocument(error).error).toMatchObject({
    code: 'INVALID_INPUT',
    meta: { field: '--trust' },
    docs: 'docs/errors/invalid-input.md',
  })
})
