import { statSync } from 'node:fs'
import { join } from 'node:path'
import { systemRandom } from '@millrace/base'
import { describe, expect, it } from 'vitest'
import { createSeeds, loadSecret } from './secret.ts'
import { anAddress } from './testing/aContext.ts'
import { aHome } from './testing/testWorker.ts'

const names = { chainId: 1, work: anAddress(1), pool: anAddress(2) }

describe('batch seeds', () => {
  it('are the same after a restart', async () => {
    const home = aHome()
    const before = createSeeds(await loadSecret(home, systemRandom), names)
    const after = createSeeds(await loadSecret(home, systemRandom), names)
    expect(after(5n)).toBe(before(5n))
  })

  it('differ by batch, pool, chain, contract and worker', async () => {
    const secret = await loadSecret(aHome(), systemRandom)
    const seeds = [
      createSeeds(secret, names)(5n),
      createSeeds(secret, names)(6n),
      createSeeds(secret, { ...names, pool: anAddress(3) })(5n),
      createSeeds(secret, { ...names, chainId: 2 })(5n),
      createSeeds(secret, { ...names, work: anAddress(3) })(5n),
      createSeeds(await loadSecret(aHome(), systemRandom), names)(5n),
    ]
    expect(new Set(seeds).size).toBe(seeds.length)
  })

  it('come from a file that only its owner may read', async () => {
    const home = aHome()
    await loadSecret(home, systemRandom)
    expect(statSync(join(home, 'secret')).mode & 0o077).toBe(0)
  })
})
