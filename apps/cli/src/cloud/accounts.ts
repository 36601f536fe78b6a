import { type Address, address, type Hex32, type Wei, wei } from '@millrace/base'
import {
  approveToken,
  depositFor,
  readAccount,
  readGasBalance,
  readStanding,
  readTokenAllowance,
  transferGas,
  transferToken,
  type WriteClient,
  waitForSuccess,
} from '@millrace/chain'
import { privateKeyToAccount } from 'viem/accounts'

const COIN = 10n ** 18n

/** What an account of the local cloud is brought up to when the cloud is made. */
export type Funding = { gas: bigint; free: bigint; wallet?: bigint }

export const FUNDING: Record<
  'requester' | 'apps' | 'pool' | 'operator' | 'courier' | 'worker',
  Funding
> = {
  requester: { gas: 100n * COIN, free: 1000n * COIN, wallet: 1000n * COIN },
  apps: { gas: 100n * COIN, free: 0n },
  // The owner puts up stakes and is paid; the operator only sends transactions.
  pool: { gas: 10n * COIN, free: 1_000_000n * COIN },
  operator: { gas: 10_000n * COIN, free: 0n },
  courier: { gas: 1000n * COIN, free: 0n },
  worker: { gas: 100n * COIN, free: 100n * COIN },
}

/** Bond of each local worker, in base units. */
export const WORKER_BOND = 100n * COIN

export function addressOfKey(key: Hex32): Address {
  return address(privateKeyToAccount(key).address)
}

/**
 * Gives accounts what they still lack, from the treasury. Meant for the first start: an account that
 * has spent its coins since is not filled up again, only its gas is.
 */
export async function fundAccounts(
  treasury: WriteClient,
  accounts: readonly { account: Address; funding: Funding }[],
): Promise<void> {
  const lacks = await Promise.all(accounts.map((entry) => lackOf(treasury, entry)))
  const total = lacks.reduce((sum, { free }) => sum + free, 0n)
  const gifts = lacks.flatMap(({ account, gas, wallet }) => [
    ...(gas > 0n ? [transferGas(treasury, { to: account, amount: wei(gas) })] : []),
    ...(wallet > 0n ? [transferToken(treasury, { to: account, amount: wei(wallet) })] : []),
  ])
  if (total > 0n) await allow(treasury, wei(total))
  const deposits = lacks
    .filter(({ free }) => free > 0n)
    .map(({ account, free }) => depositFor(treasury, { account, amount: wei(free) }))
  const sent = await Promise.all([...gifts, ...deposits])
  await Promise.all(sent.map((hash) => waitForSuccess(treasury, hash)))
}

/** Accounts that were funded before show it by their gas: they keep the coins they have. */
async function lackOf(
  treasury: WriteClient,
  { account, funding }: { account: Address; funding: Funding },
): Promise<{ account: Address; gas: bigint; free: bigint; wallet: bigint }> {
  const [gas, { free, locked }, { bond }] = await Promise.all([
    readGasBalance(treasury, account),
    readAccount(treasury, account),
    readStanding(treasury, account),
  ])
  const isNew = gas === 0n && free + locked + bond === 0n
  return {
    account,
    gas: gas < funding.gas / 10n ? funding.gas - gas : 0n,
    free: isNew ? funding.free : 0n,
    wallet: isNew ? (funding.wallet ?? 0n) : 0n,
  }
}

async function allow(treasury: WriteClient, amount: Wei): Promise<void> {
  const spender = treasury.contracts.escrow
  const allowed = await readTokenAllowance(treasury, { owner: treasury.address, spender })
  if (allowed >= amount) return
  await waitForSuccess(treasury, await approveToken(treasury, { spender, amount }))
}
