import { unixSeconds, ZERO_HEX32 } from '@millrace/base'
import { hashCommit } from '@millrace/protocol'
import { describe, expect, it } from 'vitest'
import { aHash } from '../testing/aContext.ts'
import { isWorthGas, nextDefence, type Sight } from './defence.ts'

const committedAt = unixSeconds(1_800_000_000)
const commit = { root: aHash(1), committedAt }
const anchor = { ...commit, index: 0, count: 1, proof: [] }
const sealed = { commitBy: unixSeconds(committedAt + 100), anchor, isForced: false }

/** What the chain shows `sec` seconds after a commit that has not settled. */
const shown = (sec: number, change: Partial<Sight> = {}): Sight => ({
  slot: hashCommit(commit.root, committedAt),
  commit,
  nowSec: committedAt + sec,
  revealWindowSec: 1200,
  settleWindowSec: 3600,
  ...change,
})

describe('a worker with a sealed batch', () => {
  it.each([
    ['waits while its pool has half of the reveal window', sealed, shown(599), 'wait'],
    ['then reveals on chain', sealed, shown(600), 'reveal'],
    ['does so to the end of the window', sealed, shown(1200), 'reveal'],
    ['not later: it would be refused', sealed, shown(1201), 'wait'],
    ['waits longer without a proof', { ...sealed, anchor: undefined }, shown(899), 'wait'],
    ['but not until it is absent', { ...sealed, anchor: undefined }, shown(900), 'reveal'],
    ['waits for the settlement once it has', { ...sealed, isForced: true }, shown(3600), 'wait'],
    ['claims a dropped batch', { ...sealed, isForced: true }, shown(3601), 'forfeit'],
    [
      'has no claim without a proof',
      { ...sealed, isForced: true, anchor: undefined },
      shown(3601),
      'over',
    ],
    ['is done when the batch settled', sealed, shown(700, { slot: aHash(9) }), 'over'],
    ['waits for a commit', sealed, shown(100, { slot: ZERO_HEX32, commit: undefined }), 'wait'],
    [
      'is done when none can come any more',
      sealed,
      shown(161, { slot: ZERO_HEX32, commit: undefined }),
      'over',
    ],
    ['waits when the log is behind', sealed, shown(700, { commit: undefined }), 'wait'],
  ] as const)('%s', (_, batch, sight, defence) => {
    expect(nextDefence(batch, sight)).toBe(defence)
  })

  it('pays for gas only when more is at stake', () => {
    const cost = { gas: 200_000n, gasPrice: 10n ** 9n }
    const asked = { ...cost, tokenGasValue: 1 }
    expect(isWorthGas({ ...asked, atStake: 200_000n * 10n ** 9n })).toBe(false)
    expect(isWorthGas({ ...asked, atStake: 200_001n * 10n ** 9n })).toBe(true)
    expect(isWorthGas({ ...cost, tokenGasValue: 0, atStake: 10n ** 30n })).toBe(false)
  })
})
