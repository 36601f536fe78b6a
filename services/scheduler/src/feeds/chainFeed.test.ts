import type { Address, DealId, TxHash } from '@millrace/base'
import { expect, it } from 'vitest'
import { toPoolEvents } from './chainFeed.ts'

const pool = `0x${'ab'.repeat(20)}` as Address
const dealId = `0x${'11'.repeat(32)}` as DealId

it('tells which tasks were spoiled, four bytes each', () => {
  const at = { txHash: `0x${'22'.repeat(32)}` as TxHash, logIndex: 0 }
  const args = { dealId, indexes: '0x0000000200000105' } as const
  expect(toPoolEvents({ name: 'TasksSpoiled', args, ...at }, pool)).toEqual([
    { kind: 'tasksSpoiled', dealId, indices: [2, 261] },
  ])
})
