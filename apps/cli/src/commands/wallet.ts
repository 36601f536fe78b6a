import { type Address, address, InvalidInputError, type Wei } from '@millrace/base'
import { readGasBalance, transferGas, transferToken, waitForSuccess } from '@millrace/chain'
import { type Client, depositCoins, readBalances, walletOf, withdrawCoins } from '@millrace/sdk'
import type { Context } from '../context.ts'
import { CloudNotRunningError, FaucetMissingError } from '../errors.ts'
import { EXIT, type ExitCode } from '../exitCodes.ts'
import { connectCloud } from '../home/connectCloud.ts'
import { formatCoins, parseCoins } from '../terminal/format.ts'
import { alignRows } from '../terminal/receiptText.ts'

/** Gas money that a funded account is brought up to, in the chain's own coin. */
const GAS_FLOOR = 10n ** 18n

/** `millrace wallet balance [ADDRESS]` */
export async function walletBalance(context: Context, [who]: string[]): Promise<ExitCode> {
  const cloud = await connectCloud(context)
  const account = who === undefined ? cloud.account : address(who, 'account')
  return showBalances(context, cloud.client, account)
}

/** `millrace wallet deposit AMOUNT`: wallet into escrow. */
export async function walletDeposit(context: Context, [amount = '']: string[]): Promise<ExitCode> {
  const cloud = await connectCloud(context)
  const coins = positive(amount)
  const { wallet } = await readBalances(cloud.client, cloud.account)
  if (wallet < coins)
    throw new InvalidInputError({
      field: 'amount',
      value: amount,
      expected: `at most the ${formatCoins(wallet)} coins of the wallet; npx millrace wallet fund gives more on a local cloud`,
    })
  await depositCoins(cloud.client, coins, { signal: context.signal })
  return showBalances(context, cloud.client, cloud.account)
}

/** `millrace wallet withdraw AMOUNT`: free escrow into wallet. */
export async function walletWithdraw(context: Context, [amount = '']: string[]): Promise<ExitCode> {
  const cloud = await connectCloud(context)
  const coins = positive(amount)
  const { free } = await readBalances(cloud.client, cloud.account)
  if (free < coins)
    throw new InvalidInputError({
      field: 'amount',
      value: amount,
      expected: `at most the ${formatCoins(free)} coins that are free in escrow`,
    })
  await withdrawCoins(cloud.client, coins, { signal: context.signal })
  return showBalances(context, cloud.client, cloud.account)
}

/** `millrace wallet fund [AMOUNT]`: play money of a local cloud, into the wallet and on into escrow. */
export async function walletFund(
  context: Context,
  [amount = '1000']: string[],
  { to }: { to?: string },
): Promise<ExitCode> {
  const coins = positive(amount)
  const faucet = await connectCloud(context, { as: 'treasury' }).catch((cause) => {
    throw cause instanceof CloudNotRunningError ? cause : new FaucetMissingError()
  })
  const cloud = await connectCloud(context)
  const receiver = to === undefined ? cloud.account : address(to, '--to')
  await fundAccount(faucet.client, receiver, coins)
  if (receiver === cloud.account)
    await depositCoins(cloud.client, coins, { signal: context.signal })
  return showBalances(context, cloud.client, receiver)
}

/** Sends coins, and gas to spend them, from the local treasury. */
export async function fundAccount(faucet: Client, to: Address, coins: Wei): Promise<void> {
  const wallet = walletOf(faucet)
  const gas = await readGasBalance(faucet.chain, to)
  const sent = [await transferToken(wallet, { to, amount: coins })]
  if (gas < GAS_FLOOR) sent.push(await transferGas(wallet, { to, amount: GAS_FLOOR as Wei }))
  await Promise.all(sent.map((hash) => waitForSuccess(wallet, hash)))
}

async function showBalances(
  { out, t }: Context,
  client: Client,
  account: Address,
): Promise<ExitCode> {
  const balances = await readBalances(client, account)
  const coins = (amount: Wei): string => t.receipt.coins(formatCoins(amount))
  out.result(balances, () =>
    alignRows(
      [
        [t.wallet.account, account],
        [t.wallet.wallet, coins(balances.wallet)],
        [t.wallet.free, coins(balances.free)],
        [t.wallet.locked, coins(balances.locked)],
        [t.wallet.maturing, coins(balances.maturing)],
        [t.wallet.gas, formatCoins(balances.gas)],
      ],
      out.paint,
    ),
  )
  return EXIT.ok
}

function positive(text: string): Wei {
  const amount = parseCoins(text, 'amount')
  if (amount === 0n)
    throw new InvalidInputError({ field: 'amount', value: text, expected: 'more than 0' })
  return amount
}
