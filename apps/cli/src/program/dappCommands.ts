import type { Command } from 'commander'
import { action, define, group, type Tools } from './define.ts'

const CONTRACT = '0x5fbdb2315678afecb367f032d93f642f64180aa3'
const DEAL = `0x${'5c'.repeat(32)}`

/** Contracts that buy computations: tried here, delivered to, called again. */
export function addDappCommands(program: Command, tools: Tools): void {
  const help = tools.t.help.dapp
  const dapp = group(program, 'dapp', tools.t.help.groups.dapp, tools.t)
  type Module = typeof import('../commands/dapp.ts')
  const load = <K extends keyof Module>(name: K) =>
    action(async () => (await import('../commands/dapp.ts'))[name])
  const file: [string, string] = ['--file <path>', help.file]
  const task: [string, string][] = [
    ['<deal>', help.deal],
    ['<index>', help.index],
  ]
  define(
    dapp,
    {
      name: 'simulate',
      description: help.simulate,
      args: [
        ['<contract>', help.contract],
        ['<data>', help.data],
      ],
      options: [
        ['--from <account>', help.from],
        ['--prints <text>', help.prints],
        ['--abi <file>', help.abi],
      ],
      examples: [
        `dapp simulate ${CONTRACT} 0x4d2cc2d8`,
        `dapp simulate ${CONTRACT} 0x4d2cc2d8 --prints '42 primes' --abi PrimeCounter.json`,
      ],
      load: load('dappSimulate'),
    },
    tools,
  )
  define(
    dapp,
    {
      name: 'deliver',
      description: help.deliver,
      args: task,
      options: [file, ['--force', help.force]],
      examples: [`dapp deliver ${DEAL} 0`, `dapp deliver ${DEAL} 0 --file table.csv`],
      load: load('dappDeliver'),
    },
    tools,
  )
  define(
    dapp,
    {
      name: 'retry',
      description: help.retry,
      args: task,
      options: [file],
      examples: [`dapp retry ${DEAL} 0`],
      load: load('dappRetry'),
    },
    tools,
  )
}
