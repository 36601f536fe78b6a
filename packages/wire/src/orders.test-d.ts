import type { Address, UnixSeconds, Wei } from '@millrace/base'
import type { AppOrder, DealTerms } from '@millrace/protocol'
import { expectTypeOf, test } from 'vitest'
import type { zAppOrder, zDealTerms } from './orders.ts'

test('what the schemas give is what the protocol takes', () => {
  expectTypeOf<ReturnType<typeof zAppOrder.parse>>().toEqualTypeOf<AppOrder>()
  expectTypeOf<ReturnType<typeof zDealTerms.parse>>().toEqualTypeOf<DealTerms>()
})

test('amounts, times and names do not mix', () => {
  const take = (price: Wei, at: UnixSeconds, who: Address): void => void [price, at, who]
  // @ts-expect-error a bare bigint is no amount
  take(1n, 1 as UnixSeconds, '0x' as Address)
  // @ts-expect-error a bare number is no point in time
  take(1n as Wei, 1, '0x' as Address)
  // @ts-expect-error a bare string is no address
  take(1n as Wei, 1 as UnixSeconds, '0x')
})
