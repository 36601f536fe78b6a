import type { Command } from 'commander'
import { action, define, group, type Tools } from './define.ts'

export function addCloudCommands(program: Command, tools: Tools): void {
  const { t } = tools
  const help = t.help.cloud
  const cloud = group(program, 'cloud', t.help.groups.cloud, t)
  define(
    cloud,
    {
      name: 'start',
      description: help.start,
      options: [
        ['--once', help.once],
        ['--no-job', help.noJob],
        ['--again', help.again],
        ['--out <dir>', help.out],
        ['--workers <number>', help.workers, '2'],
        ['--market-port <port>', help.port('market')],
        ['--chain-port <port>', help.port('chain')],
        ['--storage-port <port>', help.port('storage')],
        ['--pool-port <port>', help.port('pool')],
        ['--pool-ad <ad>', help.poolAd],
        ['--settle-window <time>', help.settleWindow, '10m'],
        ['--appeal-step <time>', help.appealStep, '1d'],
        ['--log-level <level>', help.logLevel, 'info'],
      ],
      examples: ['cloud start', 'cloud start --home ./second', 'cloud start --once --json'],
      notes: t.help.exitCodes,
      load: action(async () => (await import('../cloud/startCloud.ts')).startCloud),
    },
    tools,
  )
  define(
    cloud,
    {
      name: 'status',
      description: help.status,
      examples: ['cloud status', 'cloud status --json'],
      load: action(async () => (await import('../commands/cloud.ts')).cloudStatus),
    },
    tools,
  )
  define(
    cloud,
    {
      name: 'stop',
      description: help.stop,
      examples: ['cloud stop'],
      load: action(async () => (await import('../commands/cloud.ts')).cloudStop),
    },
    tools,
  )
}
