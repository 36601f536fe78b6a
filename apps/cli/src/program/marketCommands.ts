import type { Command } from 'commander'
import { action, define, group, type Tools } from './define.ts'

/** Workers, pools, deals, orders, wallet, chain. */
export function addMarketCommands(program: Command, tools: Tools): void {
  addWorkerCommands(program, tools)
  addListings(program, tools)
  addWalletCommands(program, tools)
}

type MarketModule = typeof import('../commands/market.ts')
const market = <K extends keyof MarketModule>(name: K) =>
  action(async () => (await import('../commands/market.ts'))[name])

function addWorkerCommands(program: Command, tools: Tools): void {
  const { t } = tools
  const help = t.help.worker
  const worker = group(program, 'worker', t.help.groups.worker, t)
  define(
    worker,
    {
      name: 'ls',
      description: help.ls,
      examples: ['worker ls', 'worker ls --json'],
      load: market('workerLs'),
    },
    tools,
  )
  define(
    worker,
    {
      name: 'start',
      description: help.start,
      options: [
        ['--slots <number>', help.slots, '1'],
        ['--name <name>', help.name],
        ['--bond <coins>', help.bond, '100'],
      ],
      examples: ['worker start', 'worker start --slots 4'],
      load: action(async () => (await import('../commands/worker.ts')).workerStart),
    },
    tools,
  )
  define(
    worker,
    {
      name: 'explain',
      description: help.explain,
      args: [['<address>', help.address]],
      examples: ['worker explain 0x00000000000000000000000000000000000000aa'],
      load: action(async () => (await import('../commands/worker.ts')).workerExplain),
    },
    tools,
  )
}

function addListings(program: Command, tools: Tools): void {
  const { t } = tools
  const pool = group(program, 'pool', t.help.groups.pool, t)
  define(
    pool,
    { name: 'ls', description: t.help.pool.ls, examples: ['pool ls'], load: market('poolLs') },
    tools,
  )
  const deal = group(program, 'deal', t.help.groups.deal, t)
  define(
    deal,
    {
      name: 'show',
      description: t.help.deal.show,
      args: [['<deal>', t.help.deal.id]],
      examples: ['deal show 0x…', 'deal show 0x… --json'],
      load: market('dealShow'),
    },
    tools,
  )
  const order = group(program, 'order', t.help.groups.order, t)
  define(
    order,
    {
      name: 'ls',
      description: t.help.order.ls,
      options: [
        ['--kind <kind>', t.help.order.kind],
        ['--all', t.help.order.all],
      ],
      examples: ['order ls', 'order ls --kind request --all'],
      load: market('orderLs'),
    },
    tools,
  )
  addOfferCommand(program, tools)
  const chain = group(program, 'chain', t.help.groups.chain, t)
  define(
    chain,
    {
      name: 'status',
      description: t.help.chain.status,
      examples: ['chain status', 'chain status --json'],
      load: market('chainStatus'),
    },
    tools,
  )
}

function addOfferCommand(program: Command, tools: Tools): void {
  const { t } = tools
  const { offer: help, run } = t.help
  define(
    group(program, 'offer', t.help.groups.offer, t),
    {
      name: 'ls',
      description: help.ls,
      args: [['<app>', run.app]],
      options: [
        ['--tasks <number>', help.tasks, '1'],
        ['--trust <level>', run.trust, '90%'],
        ['--deadline <time>', run.deadline],
        ['--weights <list>', help.weights, 'price=1'],
      ],
      examples: ['offer ls primes', 'offer ls primes --tasks 100 --weights price=3,time=2,trust=1'],
      load: action(async () => (await import('../commands/offer.ts')).offerLs),
    },
    tools,
  )
}

function addWalletCommands(program: Command, tools: Tools): void {
  const { t } = tools
  const help = t.help.wallet
  const wallet = group(program, 'wallet', t.help.groups.wallet, t)
  type WalletModule = typeof import('../commands/wallet.ts')
  const load = <K extends keyof WalletModule>(name: K) =>
    action(async () => (await import('../commands/wallet.ts'))[name])
  define(
    wallet,
    {
      name: 'balance',
      description: help.balance,
      args: [['[account]', help.address]],
      examples: ['wallet balance', 'wallet balance --json'],
      load: load('walletBalance'),
    },
    tools,
  )
  for (const [name, entry] of [
    ['deposit', 'walletDeposit'],
    ['withdraw', 'walletWithdraw'],
  ] as const)
    define(
      wallet,
      {
        name,
        description: help[name],
        args: [['<amount>', help.amount]],
        examples: [`wallet ${name} 10`],
        load: load(entry),
      },
      tools,
    )
  define(
    wallet,
    {
      name: 'fund',
      description: help.fund,
      args: [['[amount]', help.amount]],
      options: [['--to <account>', help.to]],
      examples: ['wallet fund', 'wallet fund 50'],
      load: load('walletFund'),
    },
    tools,
  )
}
