import { readFileSync } from 'node:fs'
import { InvalidInputError } from '@millrace/base'
import { NoOfferFitsError, ServiceUnreachableError } from '@millrace/sdk'
import { expect, it } from 'vitest'
import { CloudNotRunningError } from './errors.ts'
import { EXIT, exitCodeOf } from './exitCodes.ts'

it.each([
  [new InvalidInputError({ field: 'f', value: 1, expected: 'e' }), 2],
  [new NoOfferFitsError({ reasons: [] }), 3],
  [new ServiceUnreachableError({ url: 'http://x' }), 5],
  [new CloudNotRunningError({ home: '/h' }), 5],
  [new Error('a bug'), 7],
])('%s ends a command with its code', (error, code) => {
  expect(exitCodeOf(error)).toBe(code)
})

it('has a line for every code in the reference', () => {
  const page = readFileSync(
    new URL('../../../docs/reference/exit-codes.md', import.meta.url),
    'utf8',
  )
  for (const code of Object.values(EXIT)) expect(page).toContain(`\n| ${code} |`)
})
