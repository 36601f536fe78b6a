import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { en } from '../language/en.ts'
import type { Messages } from '../language/messages.ts'
import { zh } from '../language/zh.ts'
import { parseTrust } from '../terminal/format.ts'
import { createProgram } from './createProgram.ts'

type Call = { args: string[]; options: Record<string, unknown> }

/** The program with nothing behind it, and what its commands were called with. */
function aProgram(t: Messages = en) {
  const calls: Call[] = []
  const run = (_: unknown, args: string[], options: object): Promise<void> => {
    calls.push({ args, options: options as Record<string, unknown> })
    return Promise.resolve()
  }
  const program = createProgram({ t, run }, '1.2.3')
  const quiet = (command: Command): void => {
    command.exitOverride().configureOutput({ writeOut: () => {}, outputError: () => {} })
    command.commands.forEach(quiet)
  }
  quiet(program)
  return { program, calls }
}

/** Commands that do something, with the words that lead to them. */
function leavesOf(command: Command, path: string[] = []): { path: string[]; command: Command }[] {
  if (command.commands.length === 0) return [{ path, command }]
  return command.commands.flatMap((inner) => leavesOf(inner, [...path, inner.name()]))
}

function helpOf(command: Command): string {
  let text = ''
  command.configureOutput({
    writeOut: (more) => {
      text += more
    },
  })
  command.outputHelp()
  return text
}

/** Words of a command line as a shell would part them. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '')
}

const LEAVES = leavesOf(aProgram().program)

describe.each(LEAVES.map(({ path }) => path.join(' ')))('millrace %s', (path) => {
  it('has a help with a description and examples that it understands', async () => {
    const { program, calls } = aProgram()
    const { command } = leavesOf(program).find((leaf) => leaf.path.join(' ') === path) ?? {}
    expect(command).toBeDefined()
    const help = helpOf(command as Command)
    const examples = [...help.matchAll(/^ {2}\$ npx millrace (.*)$/gm)].map(
      ([, line]) => line ?? '',
    )
    expect(examples.length).toBeGreaterThan(0)
    for (const example of examples) await program.parseAsync(wordsOf(example), { from: 'user' })
    expect(calls).toHaveLength(examples.length)
  })

  it('has a help in Chinese', () => {
    const { program } = aProgram(zh)
    const { command } = leavesOf(program).find((leaf) => leaf.path.join(' ') === path) ?? {}
    expect(helpOf(command as Command)).toMatch(/用法：[\s\S]*[\u4e00-\u9fff]/)
  })
})

describe('options', () => {
  it.each([
    [['--home', '/h', 'job', 'ls', '--json']],
    [['job', '--home', '/h', 'ls', '--json']],
    [['job', 'ls', '--json', '--home', '/h']],
  ])('that all commands share may stand anywhere: %j', async (argv) => {
    const { program, calls } = aProgram()
    await program.parseAsync(argv, { from: 'user' })
    expect(calls).toMatchObject([{ options: { home: '/h', json: true } }])
  })

  it('of the program that is run go after --', async () => {
    const { program, calls } = aProgram()
    await program.parseAsync(['run', 'app', '--array', '1-3', '--', '--json', '-x', '{i}'], {
      from: 'user',
    })
    expect(calls[0]?.args).toEqual(['app', '--json', '-x', '{i}'])
    expect(calls[0]?.options['json']).toBeUndefined()
  })

  it.each([
    [['run']],
    [['run', 'app', '--nope']],
    [['nope']],
    [['job', 'nope']],
    [['--lang', 'fr', 'job', 'ls']],
    [['deal', 'show']],
  ])('and commands that are not there are refused: %j', async (argv) => {
    const { program, calls } = aProgram()
    await expect(program.parseAsync(argv, { from: 'user' })).rejects.toThrow()
    expect(calls).toEqual([])
  })
})

it('buys with a trust of 90 % when none is named', async () => {
  const { program, calls } = aProgram()
  await program.parseAsync(['run', 'primes'], { from: 'user' })
  const { trust } = calls[0]?.options ?? {}
  expect(parseTrust(`${trust}`, '--trust')).toBe(0.9)
})
