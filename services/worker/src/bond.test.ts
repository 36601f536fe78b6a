import { silentLogger, wei } from '@millrace/base'
import { describe, expect, it } from 'vitest'
import { ensureBond } from './bond.ts'
import { anAddress } from './testing/aContext.ts'
import { fakeChain } from './testing/fakeChain.ts'

const worker = anAddress(5)
const chainWith = (bond: bigint, free: bigint, tokens: bigint) => {
  const chain = fakeChain()
  chain.funds = { bond: wei(bond), free: wei(free), tokens: wei(tokens) }
  return chain
}
const ensure = (chain: ReturnType<typeof fakeChain>, wanted: bigint) =>
  ensureBond({ chain, log: silentLogger }, { worker, wanted: wei(wanted) })

describe('ensureBond', () => {
  it('does nothing when the bond is held', async () => {
    const chain = chainWith(10n, 5n, 5n)
    await ensure(chain, 10n)
    expect(chain.calls).toEqual([])
  })

  it('takes free balance before the wallet', async () => {
    const chain = chainWith(2n, 3n, 100n)
    await ensure(chain, 10n)
    expect(chain.calls).toEqual(['deposit 5', 'bond 8'])
    expect(chain.funds).toEqual({ bond: 10n, free: 0n, tokens: 95n })
  })

  it('deposits nothing when the free balance is enough', async () => {
    const chain = chainWith(0n, 10n, 0n)
    await ensure(chain, 10n)
    expect(chain.calls).toEqual(['bond 10'])
  })

  it('says what is missing and the command that helps', async () => {
    const chain = chainWith(1n, 2n, 3n)
    await expect(ensure(chain, 10n)).rejects.toMatchObject({
      code: 'BOND_UNAFFORDABLE',
      hints: [
        expect.stringContaining(`4 base units: npx millrace wallet fund ${worker}`),
        expect.any(String),
      ],
    })
    expect(chain.calls).toEqual([])
  })
})
