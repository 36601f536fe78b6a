import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Address } from '@millrace/base'
import { readAccount } from '@millrace/chain'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CloudUnderTest, startCloudUnderTest } from './chaos/cloudUnderTest.ts'

// The page docs/guides/services.md over a whole cloud, by its commands alone: the pool's owner works, the requester
// buys, the owner of the apps rules.

const UNIT = 10n ** 18n
let cloud: CloudUnderTest
let [provider, buyer, arbiter]: Address[] = []

beforeAll(async () => {
  cloud = await startCloudUnderTest()
  const { accounts } = cloud.facts()
  ;[provider, buyer, arbiter] = [
    accounts['pool'],
    accounts['requester'],
    accounts['apps'],
  ] as Address[]
  writeFileSync(join(cloud.home, 'task.md'), 'Sort these names: Noether, Lovelace, Hopper\n')
  writeFileSync(join(cloud.home, 'names.txt'), 'Hopper\nLovelace\nNoether\n')
}, 120_000)
afterAll(() => cloud.stop())

type Sale = { offer: string; stage: string; outcome?: string; providerBps?: number; buyer: string }
const service = (...args: string[]) => cloud.ask<Sale>(['service', ...args])
const listed = async (...args: string[]) =>
  (await cloud.ask<{ services: Sale[] }>(['service', 'ls', ...args])).services

const heldBy = async (account: Address | undefined): Promise<bigint> => {
  const { free, locked, maturing } = await readAccount(cloud.chain(), account as Address)
  return free + locked + maturing
}

/** For 10 coins, a stake of 1, and a fee of 2 for a ruling. */
async function offer(): Promise<string> {
  const terms = ['--price', '10', '--fee', '2', '--arbiter', arbiter as string, '--as', 'pool']
  return (await service('offer', 'task.md', ...terms)).offer
}

async function gainsOf(act: () => Promise<void>): Promise<bigint[]> {
  const all = [provider, buyer, arbiter]
  const before = await Promise.all(all.map(heldBy))
  await act()
  const after = await Promise.all(all.map(heldBy))
  return after.map((amount, i) => amount - (before[i] ?? 0n))
}

describe('a piece of work', { timeout: 240_000 }, () => {
  it('is offered, bought, delivered, read and accepted', async () => {
    const gains = await gainsOf(async () => {
      const id = await offer()
      expect(await listed()).toMatchObject([{ offer: id, stage: 'offered' }])
      const shown = await cloud.millrace(['service', 'show', id.slice(0, 10)])
      expect(shown.stdout).toMatch(/on offer[\s\S]*Sort these names/)
      expect(await service('accept', id.slice(0, 10))).toMatchObject({ stage: 'accepted', buyer })
      const early = await cloud.millrace(['service', 'refuse', id, 'Where is it?'])
      expect(early.stderr).toContain('docs/errors/wrong-stage.md')
      const delivered = await service('deliver', id, 'names.txt', '--as', 'pool')
      expect(delivered.stage).toBe('delivered')
      await service('fetch', id, '--out', 'got.txt')
      expect(readFileSync(join(cloud.home, 'got.txt'), 'utf8')).toBe('Hopper\nLovelace\nNoether\n')
      expect(await service('finish', id)).toMatchObject({ stage: 'ended', outcome: 'sold' })
      expect(await listed()).toEqual([])
      expect(await listed('--all')).toMatchObject([{ offer: id, outcome: 'sold', buyer }])
    })
    expect(gains).toEqual([10n * UNIT, -10n * UNIT, 0n])
  })

  it('is refused, appealed, and ruled by the arbiter that both agreed to', async () => {
    const gains = await gainsOf(async () => {
      const id = await offer()
      await service('accept', id)
      await service('deliver', id, 'task.md', '--as', 'pool')
      expect((await service('refuse', id, 'They are not sorted.')).stage).toBe('refused')
      await service('appeal', id, 'They are, by length.', '--as', 'pool')
      expect(await listed('--mine', '--as', 'apps')).toMatchObject([
        { offer: id, stage: 'appealed' },
      ])
      const read = await cloud.millrace(['service', 'show', id, '--as', 'apps'])
      expect(read.stdout).toMatch(/They are not sorted\.[\s\S]*They are, by length\./)
      const foreign = await cloud.millrace(['service', 'rule', id, '100'])
      expect(foreign.stderr).toContain('docs/errors/not-party.md')
      const ruled = await service('rule', id, '25%', '--as', 'apps')
      expect(ruled).toMatchObject({ stage: 'ended', outcome: 'ruled', providerBps: 2500 })
    })
    // A quarter of the price, less three quarters of the stake of 1 and of the fee of 2.
    expect(gains).toEqual([
      (UNIT * 250n) / 100n - (UNIT * 75n) / 100n - (UNIT * 150n) / 100n,
      (UNIT * -250n) / 100n + (UNIT * 75n) / 100n - (UNIT * 50n) / 100n,
      2n * UNIT,
    ])
  })

  it('is not offered with less than what the contract takes, nor without an arbiter', async () => {
    const none = await cloud.millrace(['service', 'offer', 'task.md', '--price', '10'])
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('--arbiter') })
    const terms = ['--price', '10', '--stake', '0.5', '--arbiter', arbiter as string]
    const low = await cloud.millrace(['service', 'offer', 'task.md', ...terms])
    expect(low.stderr).toContain('docs/errors/deposit-too-small.md')
  })
})
