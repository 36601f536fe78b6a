import { describe, expect, it } from 'vitest'
import { announce, insertRow, mergeChanges, updateRow, upsertRow } from './changes.ts'
import { aDealId, anAddress } from './testEvents.ts'

describe('mergeChanges', () => {
  it('sums what is added to a row and keeps the last of what is set', () => {
    const worker = anAddress(1)
    const { rows } = mergeChanges([
      upsertRow('workers', { worker }, { set: { checks: 4 }, add: { bond: 5n } }),
      upsertRow('workers', { worker }, { set: { checks: 0, faults: 1 }, add: { bond: -2n } }),
    ])
    expect(rows).toEqual([
      {
        op: 'upsert',
        table: 'workers',
        key: { worker },
        set: { checks: 0, faults: 1 },
        add: { bond: 3n },
      },
    ])
  })

  it('puts inserts before updates of the same row', () => {
    const deal_id = aDealId(1)
    const { rows } = mergeChanges([
      insertRow('deals', { deal_id }, { volume: 2 }),
      updateRow('deals', { deal_id }, { add: { settled: 1 } }),
      insertRow('deals', { deal_id: aDealId(2) }, { volume: 3 }),
    ])
    expect(rows.map(({ op }) => op)).toEqual(['insert', 'insert', 'update'])
  })

  it('does not change the changes it was given', () => {
    const first = upsertRow('accounts', { account: anAddress(1) }, { add: { free: 1n } })
    mergeChanges([first, first])
    expect(first.add).toEqual({ free: 1n })
  })

  it('announces the same thing once a block', () => {
    const notice = announce({ kind: 'tasks', dealId: aDealId(1) })
    expect(mergeChanges([notice, notice]).announcements).toHaveLength(1)
  })
})
