import { readAccount, readGasBalance, readTokenBalance } from '@millrace/chain'
import { expect, it } from 'vitest'
import { startTestChain } from './localChain.ts'

it('gives accounts gas, tokens and money in the escrow', async () => {
  await using chain = await startTestChain()
  const client = await chain.account()
  const [gas, tokens, account] = await Promise.all([
    readGasBalance(chain.read, client.address),
    readTokenBalance(chain.read, client.address),
    readAccount(chain.read, client.address),
  ])
  expect(gas).toBe(10n ** 18n)
  expect(tokens).toBe(1000n * 10n ** 18n)
  expect(account).toEqual({ free: 1000n * 10n ** 18n, locked: 0n, maturing: 0n })
})
