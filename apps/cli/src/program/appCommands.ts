import type { Command } from 'commander'
import { action, define, group, type Tools } from './define.ts'

export function addAppCommands(program: Command, tools: Tools): void {
  const { t } = tools
  const help = t.help.app
  const app = group(program, 'app', t.help.groups.app, t)
  define(
    app,
    {
      name: 'ls',
      description: help.ls,
      examples: ['app ls', 'app ls --json'],
      load: action(async () => (await import('../commands/market.ts')).appLs),
    },
    tools,
  )
  define(
    app,
    {
      name: 'show',
      description: help.show,
      args: [['<app>', help.name]],
      examples: ['app show render'],
      load: action(async () => (await import('../commands/app.ts')).appShow),
    },
    tools,
  )
  define(
    app,
    {
      name: 'new',
      description: help.new,
      args: [['[name]', help.newName]],
      options: [['--template <language>', help.template]],
      examples: ['app new hello', 'app new hello --template c'],
      load: action(async () => (await import('../commands/appNew.ts')).appNew),
    },
    tools,
  )
  define(
    app,
    {
      name: 'publish',
      description: help.publish,
      args: [['<dir>', help.dir]],
      examples: ['app publish ./hello', 'app publish .'],
      load: action(async () => (await import('../commands/app.ts')).appPublish),
    },
    tools,
  )
}
