import type { Command } from 'commander'
import { action, define, group, type Tools } from './define.ts'

type JobModule = typeof import('../commands/job.ts')
const job = <K extends keyof JobModule>(name: K) =>
  action(async () => (await import('../commands/job.ts'))[name])

export function addJobCommands(program: Command, tools: Tools): void {
  const { t } = tools
  const parent = group(program, 'job', t.help.groups.job, t)
  addListing(parent, tools)
  addFollowing(parent, tools)
  addJudging(parent, tools)
}

const manyOf = ({ t }: Tools): [string, string] => ['[jobs...]', t.help.job.selectors]
const oneOf = ({ t }: Tools): [string, string] => ['[job]', t.help.job.selector]

function addListing(parent: Command, tools: Tools): void {
  const help = tools.t.help.job
  define(
    parent,
    {
      name: 'ls',
      description: help.ls,
      args: [manyOf(tools)],
      examples: ['job ls', 'job ls 1-20 --json'],
      load: job('jobLs'),
    },
    tools,
  )
  define(
    parent,
    {
      name: 'show',
      description: help.show,
      args: [manyOf(tools)],
      examples: ['job show', 'job show 3', 'job show 0x1a2b3c4d'],
      load: job('jobShow'),
    },
    tools,
  )
}

function addFollowing(parent: Command, tools: Tools): void {
  const { help } = tools.t
  const out: [string, string] = ['--out <dir>', help.run.out]
  define(
    parent,
    {
      name: 'wait',
      description: help.job.wait,
      args: [manyOf(tools)],
      options: [out],
      examples: ['job wait', 'job wait 1,3,5-8 --json'],
      notes: help.exitCodes,
      load: job('jobWait'),
    },
    tools,
  )
  define(
    parent,
    {
      name: 'get',
      description: help.job.get,
      args: [manyOf(tools)],
      options: [out],
      examples: ['job get', 'job get 3 --out ./three'],
      load: job('jobWait'),
    },
    tools,
  )
  define(
    parent,
    {
      name: 'logs',
      description: help.job.logs,
      args: [oneOf(tools)],
      options: [['-f, --follow', help.job.follow]],
      examples: ['job logs', 'job logs -f 3'],
      load: job('jobLogs'),
    },
    tools,
  )
}

function addJudging(parent: Command, tools: Tools): void {
  const help = tools.t.help.job
  define(
    parent,
    {
      name: 'stop',
      description: help.stop,
      args: [manyOf(tools)],
      examples: ['job stop 3', 'job stop all'],
      load: job('jobStop'),
    },
    tools,
  )
  define(
    parent,
    {
      name: 'explain',
      description: help.explain,
      args: [oneOf(tools)],
      examples: ['job explain', 'job explain 3'],
      load: job('jobExplain'),
    },
    tools,
  )
  define(
    parent,
    {
      name: 'verify',
      description: help.verify,
      args: [oneOf(tools)],
      options: [['--tasks <numbers>', help.tasks]],
      examples: ['job verify', 'job verify 3 --tasks 0-4'],
      load: action(async () => (await import('../commands/jobVerify.ts')).jobVerify),
    },
    tools,
  )
}
