import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aContext, someHistory } from '../testEvents.ts'
import { applyToModel, emptyModel } from '../testModel.ts'
import { handleBlock } from './handleBlock.ts'

describe('handleBlock', () => {
  it('gives the same tables however the history is cut into blocks', () => {
    fc.assert(
      fc.property(someHistory(8), (blocks) => {
        const events = blocks.flatMap((block) => block.events)
        // One context, so that block numbers do not differ.
        const inOne = applyToModel(emptyModel(), handleBlock(events, aContext(1)).rows)
        const inMany = blocks.reduce(
          (model, block) => applyToModel(model, handleBlock(block.events, aContext(1)).rows),
          emptyModel(),
        )
        expect(inMany).toEqual(inOne)
      }),
      { numRuns: 100 },
    )
  })

  it('conserves money: what accounts hold is what was deposited less what was withdrawn', () => {
    fc.assert(
      fc.property(someHistory(8), (blocks) => {
        const model = blocks.reduce(
          (held, { number, events }) =>
            applyToModel(held, handleBlock(events, aContext(number)).rows),
          emptyModel(),
        )
        const held = [...model.accounts.values()].reduce(
          (total, row) =>
            total +
            BigInt(row['free'] ?? 0) +
            BigInt(row['locked'] ?? 0) +
            BigInt(row['maturing'] ?? 0),
          0n,
        )
        const deposited = blocks
          .flatMap(({ events }) => events)
          .reduce(
            (total, { name, args }) => (name === 'Deposited' ? total + args.amount : total),
            0n,
          )
        expect(held).toBe(deposited)
      }),
      { numRuns: 100 },
    )
  })
})
