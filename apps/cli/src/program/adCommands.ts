import type { Command } from 'commander'
import { action, define, group, type Tools } from './define.ts'

/** Ads and the expressions in them, tried out on this machine alone. */
export function addAdCommands(program: Command, tools: Tools): void {
  const { t } = tools
  const help = t.help.ad
  const ad = group(program, 'ad', t.help.groups.ad, t)
  type AdModule = typeof import('../commands/ad.ts')
  const load = <K extends keyof AdModule>(name: K) =>
    action(async () => (await import('../commands/ad.ts'))[name])
  define(
    ad,
    {
      name: 'eval',
      description: help.eval,
      args: [['<expression>', help.expression]],
      options: [
        ['--my <ad>', help.my],
        ['--target <ad>', help.target],
        ['--old', help.old],
      ],
      examples: [
        "ad eval '1024 * 3 >= 2048'",
        "ad eval 'TARGET.MemoryMiB >= MY.MemoryMiB' --my '[MemoryMiB = 512]' --target pool.ad",
      ],
      notes: help.source,
      load: load('adEval'),
    },
    tools,
  )
  define(
    ad,
    {
      name: 'match',
      description: help.match,
      args: [
        ['<left>', help.left],
        ['<right>', help.right],
      ],
      options: [['--old', help.old]],
      examples: ["ad match '[Requirements = TARGET.Gpus > 0]' pool.ad", 'ad match job.ad pool.ad'],
      notes: help.source,
      load: load('adMatch'),
    },
    tools,
  )
}
