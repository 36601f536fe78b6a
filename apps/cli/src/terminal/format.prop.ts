import { wei } from '@millrace/base'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatCoins, parseCoins } from './format.ts'

it('reads back every amount it shows exactly', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 40n }), (amount) => {
      expect(parseCoins(formatCoins(wei(amount), 18), 'amount')).toBe(amount)
    }),
  )
})

it('rounds up by less than the last digit shown', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n }), (amount) => {
      const shown = parseCoins(formatCoins(wei(amount)), 'amount')
      expect(shown >= amount && shown - amount < 10n ** 12n).toBe(true)
    }),
  )
})
