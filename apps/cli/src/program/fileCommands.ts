import type { Command } from 'commander'
import { action, type Definition, define, group, type Tools } from './define.ts'

/** Files on sale by fair exchange. */
export function addFileCommands(program: Command, tools: Tools): void {
  const { t } = tools
  const file = group(program, 'file', t.help.groups.file, t)
  for (const definition of [...lookCommands(tools), ...tradeCommands(tools)])
    define(file, definition, tools)
}

function lookCommands({ t }: Tools): Definition[] {
  const help = t.help.file
  return [
    {
      name: 'ls',
      description: help.ls,
      options: [['--all', help.all]],
      examples: ['file ls', 'file ls --all --json'],
      load: action(async () => (await import('../commands/file.ts')).fileLs),
    },
    {
      name: 'show',
      description: help.show,
      args: [['<offer>', help.offer]],
      examples: ['file show 0x1a2b3c'],
      load: action(async () => (await import('../commands/file.ts')).fileShow),
    },
  ]
}

function tradeCommands({ t }: Tools): Definition[] {
  const help = t.help.file
  const offer: [string, string][] = [['<offer>', help.offer]]
  return [
    {
      name: 'sell',
      description: help.sell,
      args: [['<file>', help.file]],
      options: [
        ['--price <coins>', help.price],
        ['--deposit <coins>', help.deposit],
        ['--to <address>', help.to],
        ['--chunk <bytes>', help.chunk, '4096'],
        ['--unsalted', help.unsalted],
        ['--reveal-within <time>', help.revealWithin],
        ['--complain-within <time>', help.complainWithin, '1h'],
        ['--detach', help.detach],
      ],
      examples: ['file sell film.mkv --price 5', 'file sell data.csv --price 1 --detach'],
      load: action(async () => (await import('../commands/fileSell.ts')).fileSell),
    },
    {
      name: 'buy',
      description: help.buy,
      args: offer,
      options: [['--out <path>', help.out]],
      examples: ['file buy 0x1a2b3c --out film.mkv'],
      load: action(async () => (await import('../commands/fileBuy.ts')).fileBuy),
    },
    {
      name: 'complain',
      description: help.complain,
      args: offer,
      options: [['--sealed <path>', help.sealed]],
      examples: ['file complain 0x1a2b3c --sealed film.mkv.sealed'],
      load: action(async () => (await import('../commands/fileBuy.ts')).fileComplain),
    },
    {
      name: 'reveal',
      description: help.reveal,
      args: offer,
      examples: ['file reveal 0x1a2b3c'],
      load: action(async () => (await import('../commands/fileSell.ts')).fileReveal),
    },
    {
      name: 'finish',
      description: help.finish,
      args: offer,
      examples: ['file finish 0x1a2b3c'],
      load: action(async () => (await import('../commands/file.ts')).fileFinish),
    },
  ]
}
