import type { Command } from 'commander'
import { action, define, type Tools } from './define.ts'

export function addRunCommand(program: Command, tools: Tools): void {
  const help = tools.t.help.run
  define(
    program,
    {
      name: 'run',
      description: help.description,
      args: [
        ['<app>', help.app],
        ['[args...]', help.args],
      ],
      options: [
        ['--each <pattern...>', help.each],
        ['--array <numbers>', help.array],
        ['--input <file...>', help.input],
        ['--trust <level>', help.trust, '90%'],
        ['--max-price <coins>', help.maxPrice],
        ['--deadline <time>', help.deadline],
        ['--sla <share>', help.sla],
        ['--task-time <time>', help.taskTime],
        ['--appealable <time>', help.appealable],
        ['--pool <id>', help.pool],
        ['--requirements <expression>', help.requirements],
        ['--rank <expression>', help.rank],
        ['--weights <list>', help.weights],
        ['--explain', help.explain],
        ['--dataset <id>', help.dataset],
        ['--out <dir>', help.out],
        ['--wait', help.wait],
        ['--detach', help.detach],
        ['--id-only', help.idOnly],
        ['--dry-run', help.dryRun],
      ],
      examples: [
        'run primes -- 1 1000000',
        'run primes --array 1-9 -- {i}0000 {i}9999',
        "run tuner --each 'catalogue/tuner/example/*.wav'",
        'run loglens --input access.log --trust 99% --max-price 0.5',
        'run ./hello.js --detach -- world',
        "run primes --requirements 'TARGET.MemoryMiB >= 2048' --rank '-TARGET.PriceMicro'",
        'run primes --weights price=3,time=2,reliability=2 --explain --dry-run',
      ],
      notes: tools.t.help.exitCodes,
      load: action(async () => (await import('../commands/run.ts')).run),
    },
    tools,
  )
}
