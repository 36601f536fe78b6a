import type { Command } from 'commander'
import { action, define, group, type Tools } from './define.ts'

export function addDatasetCommands(program: Command, tools: Tools): void {
  const { t } = tools
  const help = t.help.dataset
  const dataset = group(program, 'dataset', t.help.groups.dataset, t)
  define(
    dataset,
    {
      name: 'ls',
      description: help.ls,
      examples: ['dataset ls', 'dataset ls --json'],
      load: action(async () => (await import('../commands/dataset.ts')).datasetLs),
    },
    tools,
  )
  define(
    dataset,
    {
      name: 'publish',
      description: help.publish,
      args: [['<file>', help.file]],
      options: [
        ['--price <coins>', help.price],
        ['--name <name>', help.name],
        ['--description <text>', help.description],
      ],
      examples: ['dataset publish prices.csv --price 0.01'],
      load: action(async () => (await import('../commands/dataset.ts')).datasetPublish),
    },
    tools,
  )
}
