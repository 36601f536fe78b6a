import type { Address, TxHash, Wei } from '@millrace/base'
import {
  approveToken,
  deposit,
  readAccount,
  readGasBalance,
  readTokenAllowance,
  readTokenBalance,
  waitForSuccess,
  withdraw,
} from '@millrace/chain'
import { type Client, walletOf } from './client.ts'
import { NotEnoughMoneyError } from './errors.ts'

/** Where an account's money is. */
export type Balances = {
  account: Address
  /** Tokens outside the escrow. */
  wallet: Wei
  /** In escrow: ready to spend; in open deals, stakes and bonds; earned but open to appeal. */
  free: Wei
  locked: Wei
  maturing: Wei
  /** The chain's own coin. */
  gas: Wei
}

export async function readBalances(client: Client, account: Address): Promise<Balances> {
  const [{ free, locked, maturing }, wallet, gas] = await Promise.all([
    readAccount(client.chain, account),
    readTokenBalance(client.chain, account),
    readGasBalance(client.chain, account),
  ])
  return { account, wallet, free, locked, maturing, gas }
}

/** Moves tokens of the wallet into escrow, approving them first where needed. */
export async function depositCoins(
  client: Client,
  amount: Wei,
  { signal }: { signal?: AbortSignal } = {},
): Promise<TxHash> {
  const wallet = walletOf(client)
  const options = signal === undefined ? {} : { signal }
  const spender = client.chain.contracts.escrow
  const allowed = await readTokenAllowance(
    client.chain,
    { owner: wallet.address, spender },
    options,
  )
  if (allowed < amount) {
    const approval = await approveToken(wallet, { spender, amount }, options)
    await waitForSuccess(wallet, approval, options)
  }
  const sent = await deposit(wallet, { amount }, options)
  await waitForSuccess(wallet, sent, options)
  return sent
}

/** Moves free money out of escrow into the wallet. @throws {InsufficientFreeError} */
export async function withdrawCoins(
  client: Client,
  amount: Wei,
  { signal }: { signal?: AbortSignal } = {},
): Promise<TxHash> {
  const wallet = walletOf(client)
  const options = signal === undefined ? {} : { signal }
  const sent = await withdraw(wallet, { amount }, options)
  await waitForSuccess(wallet, sent, options)
  return sent
}

/** @throws {NotEnoughMoneyError} when the account's free balance does not cover the cost. */
export async function requireFree(client: Client, account: Address, needed: Wei): Promise<void> {
  const { free } = await readAccount(client.chain, account)
  if (free < needed) throw new NotEnoughMoneyError({ free, needed })
}
