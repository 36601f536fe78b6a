import { type Command, Option } from 'commander'
import type { Context } from '../context.ts'
import type { ExitCode } from '../exitCodes.ts'
import type { Messages } from '../language/messages.ts'

/** What a command does: its arguments in order, its options by name. */
export type Action = (
  context: Context,
  args: string[],
  options: Record<string, never>,
) => Promise<ExitCode>

/** Runs an action with the context that the command's options ask for. */
export type Runner = (
  load: () => Promise<Action>,
  args: string[],
  options: CommonOptions,
) => Promise<void>

export type CommonOptions = { home?: string; json?: boolean; lang?: string }

export type Definition = {
  name: string
  /** As commander writes them: `<app> [args...]`. */
  args?: [name: string, description: string][]
  description: string
  options?: [flags: string, description: string, fallback?: string][]
  /** Lines of the help, each a command that works as it stands. */
  examples: string[]
  /** Further text below the examples. */
  notes?: string
  hidden?: boolean
  load: () => Promise<Action>
}

/** Tools of the functions that add commands. */
export type Tools = { t: Messages; run: Runner }

/** Adds a command with the options that all of them share. */
export function define(parent: Command, definition: Definition, { t, run }: Tools): void {
  const { name, args = [], description, options = [], examples, notes, hidden, load } = definition
  const command = parent.command(name, { hidden: hidden === true }).description(description)
  for (const [argument, about] of args) command.argument(argument, about)
  for (const [flags, about, fallback] of options) command.option(flags, about, fallback)
  addCommonOptions(command, t)
  const help = [t.help.examples, ...examples.map((line) => `  $ npx millrace ${line}`)]
  command.addHelpText(
    'after',
    `\n${[...help, ...(notes === undefined ? [] : ['', notes])].join('\n')}`,
  )
  command.action(async () => {
    const given = command.processedArgs.flat().filter((text) => text !== undefined) as string[]
    await run(load, given, command.optsWithGlobals())
  })
}

/** A noun that has commands below it. */
export function group(parent: Command, name: string, description: string, t: Messages): Command {
  const command = parent.command(name).description(description)
  addCommonOptions(command, t)
  return command
}

/** Options that every command understands, wherever they stand. */
export function addCommonOptions(command: Command, t: Messages): void {
  const { options } = t.help
  command
    .option('--home <dir>', options.home)
    .option('--json', options.json)
    .addOption(new Option('--lang <language>', options.lang).choices(['en', 'zh']))
    .helpOption('-h, --help', options.help)
    .helpCommand(false)
    .configureHelp({ styleTitle: (title) => t.help.titles[title] ?? title })
}

/** An action whose types the caller knows to fit its own definition. */
export function action<F>(load: () => Promise<F>): () => Promise<Action> {
  return load as unknown as () => Promise<Action>
}
