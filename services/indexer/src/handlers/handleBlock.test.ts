import { unixSeconds, wei, ZERO_HEX32 } from '@millrace/base'
import type { ChainEvent } from '@millrace/chain'
import { hashTask } from '@millrace/protocol'
import { describe, expect, it } from 'vitest'
import {
  aContext,
  aDealId,
  aDigest,
  aHash,
  aMatch,
  anAddress,
  anEvent,
  packResults,
  someTerms,
} from '../testEvents.ts'
import { handleBlock } from './handleBlock.ts'

const rowsOf = (events: ChainEvent[], table: string) =>
  handleBlock(events, aContext(9)).rows.filter((row) => row.table === table)

describe('handleBlock', () => {
  it('opens a deal with its price, gas and place, and uses up its orders', () => {
    const terms = someTerms({ volume: 4, appPrice: wei(1n), poolPrice: wei(2n) })
    const { rows, announcements } = handleBlock([aMatch(aDealId(1), terms)], aContext(9, 77n))
    const [deal, ...orders] = rows
    expect(deal?.set).toMatchObject({ volume: 4, cost_per_task: 3n, match_gas: 77n })
    expect(deal?.set['position']).toBe(900_000)
    expect(orders.map(({ key, add }) => [key['order_hash'], add['consumed']])).toEqual([
      [aHash(1), 4n],
      [aHash(3), 4n],
      [terms.requestHash, 4n],
    ])
    expect(orders.map(({ set }) => set)).toEqual([{}, { busy_until_ms: 1_700_000_060_000 }, {}])
    expect(announcements).toEqual([
      { kind: 'deal', dealId: aDealId(1), requestHash: terms.requestHash },
    ])
  })

  it('gives a row to each settled task and counts them for deal and batch', () => {
    const results = [1, 2].map((index) => ({ index, digest: aDigest(index) }))
    const settled = anEvent('TasksSettled', {
      dealId: aDealId(1),
      pool: anAddress(11),
      nonce: 3n,
      results: packResults(results),
    })
    const tasks = rowsOf([settled], 'tasks')
    expect(tasks.map(({ key, set }) => [key['index'], set['digest'], set['task_id']])).toEqual(
      results.map(({ index, digest }) => [index, digest, hashTask(aDealId(1), index)]),
    )
    expect(rowsOf([settled], 'deals')[0]?.add).toEqual({ settled: 2 })
    expect(rowsOf([settled], 'batch_deals')[0]?.add).toEqual({ tasks: 2 })
  })

  it('adds the gas of commit and settlement to the batch', () => {
    const pool = anAddress(11)
    const committed = { pool, nonce: 3n, root: aHash(1), committedAt: unixSeconds(5) }
    const settled = { pool, nonce: 3n, resultRoot: aHash(2), locations: ZERO_HEX32, tasks: 2 }
    const [batch] = rowsOf(
      [anEvent('BatchCommitted', committed), anEvent('BatchSettled', settled)],
      'batches',
    )
    expect(batch?.add).toEqual({ gas: 42_000n })
    expect(batch?.set).toMatchObject({ root: aHash(1), result_root: aHash(2), tasks: 2 })
  })

  it('takes the word of the pool for where results lie, over that of whoever settled', () => {
    const batch = { pool: anAddress(11), nonce: 3n }
    const settled = { ...batch, resultRoot: aHash(2), locations: aHash(3), tasks: 2 }
    const events = [
      anEvent('BatchSettled', settled),
      anEvent('LocationsGiven', { ...batch, locations: aHash(4) }),
    ]
    expect(rowsOf(events, 'batches').at(-1)?.set).toMatchObject({ locations: aHash(4) })
  })

  it('wipes the checks of a worker that was at fault', () => {
    const worker = anAddress(1)
    const [row] = rowsOf(
      [
        anEvent('CheckPassed', { worker, passed: 2, checks: 8 }),
        anEvent('FaultFound', {
          worker,
          kind: 1,
          faults: 1,
          slashed: wei(5n),
          bannedUntil: unixSeconds(99),
        }),
      ],
      'workers',
    )
    expect(row?.set).toEqual({ checks: 0, faults: 1, banned_until: 99 })
    expect(row?.add).toEqual({ bond: -5n })
  })

  it('tells how a deal was delivered: spoiled, late, and what went back', () => {
    const dealId = aDealId(1)
    const [deal] = rowsOf(
      [
        anEvent('TasksSpoiled', { dealId, indexes: '0x0000000200000005' }),
        anEvent('DealRefunded', { dealId, spoiled: 2, refund: wei(8n), stake: wei(6n) }),
        anEvent('SlaBreached', { dealId, inTime: 1, late: 3, refund: wei(4n), stake: wei(9n) }),
      ],
      'deals',
    )
    expect(deal?.add).toEqual({
      spoiled: 2,
      late: 3,
      refunded: 8n,
      late_refunded: 4n,
      compensation: 15n,
    })
    expect(deal?.set).toEqual({ breached: true })
  })

  it('locks credits again that are held', () => {
    const held = { account: anAddress(1), amount: wei(7n), maturesAt: unixSeconds(3600) }
    expect(rowsOf([anEvent('Held', held)], 'accounts')[0]?.add).toEqual({
      maturing: -7n,
      locked: 7n,
    })
  })

  it('keeps what a stranger writes storable and short', () => {
    const event = anEvent('AssetRegistered', {
      asset: anAddress(1),
      kind: 1,
      owner: anAddress(2),
      content: aHash(1),
      codec: 0x55,
      uri: 'x'.repeat(100_000),
      ad: 'a\0b\ud800',
    })
    const [row] = rowsOf([event], 'assets')
    expect(row?.set['uri']).toHaveLength(2000)
    expect(row?.set['ad']).toBe('a\ufffdb\ufffd')
  })

  it('ignores events that no table is made of', () => {
    const event = anEvent('ParameterSet', { name: aHash(1), value: 1n })
    expect(handleBlock([event], aContext(1))).toEqual({ rows: [], announcements: [] })
  })
})
