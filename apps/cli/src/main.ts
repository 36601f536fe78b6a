import { readFileSync } from 'node:fs'
import { systemClock, systemRandom } from '@millrace/base'
import { type Command, CommanderError } from 'commander'
import { type CliConfig, readConfig } from './config.ts'
import type { Context } from './context.ts'
import { BadUsageError, InterruptedError } from './errors.ts'
import { EXIT, type ExitCode, exitCodeOf } from './exitCodes.ts'
import type { ClientDb } from './home/clientDb.ts'
import { openClientDb } from './home/clientDb.ts'
import { homeAt, makeHome } from './home/home.ts'
import { type Language, languageOf, loadMessages, type Messages } from './language/messages.ts'
import { createProgram } from './program/createProgram.ts'
import type { CommonOptions, Runner } from './program/define.ts'
import { isRole } from './services/channel.ts'
import { errorDocument, errorText } from './terminal/errorText.ts'
import { createOutput } from './terminal/output.ts'

const argv = process.argv.slice(2)

// Features that Node calls experimental are pinned with it; its warnings would only trouble users.
process.removeAllListeners('warning')
process.on('warning', (warning) => {
  if (warning.name !== 'ExperimentalWarning') process.stderr.write(`${warning.stack}\n`)
})

/** A service is no command: it talks to its supervisor and to nobody else. */
if (argv[0] === 'serve' && isRole(argv[1] ?? '') && process.send !== undefined) {
  const { runService } = await import('./services/runService.ts')
  await runService(argv[1] as Parameters<typeof runService>[0])
} else {
  await main()
}

async function main(): Promise<void> {
  const config = readConfig()
  const language = languageOf(flagValue('--lang') ?? config.locale)
  const t = await loadMessages(language)
  ignoreClosedPipes()
  const program = createProgram({ t, run: createRunner(config, language, t) }, readVersion())
  let failedAt = program
  const strict = (command: typeof program): void => {
    command.configureOutput({ outputError: () => {} }).exitOverride((error) => {
      failedAt = command
      throw error
    })
    command.commands.forEach(strict)
  }
  strict(program)
  try {
    await program.parseAsync(argv, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // Help and version are no errors, though commander throws for them too.
    if (error.exitCode === 0) return
    const isBareGroup = error.code === 'commander.help'
    if (isBareGroup) process.exitCode = EXIT.usage
    else report(usageError(error, failedAt), { t, json: argv.includes('--json'), config })
  }
}

function createRunner(config: Readonly<CliConfig>, language: Language, t: Messages): Runner {
  return async (load, args, options) => {
    const json = options.json === true
    const stop = new AbortController()
    const onSignal = (): void => stop.abort(new InterruptedError())
    process.once('SIGINT', onSignal)
    process.once('SIGTERM', onSignal)
    let db: ClientDb | undefined
    const home = homeAt(homeOf(options, config))
    const context: Context = {
      version: readVersion(),
      config,
      home,
      language,
      t,
      out: createOutput({ json, colour: config.colour }),
      clock: systemClock,
      random: systemRandom,
      signal: stop.signal,
      db: () => {
        if (db === undefined) makeHome(home)
        db ??= openClientDb(home)
        return db
      },
    }
    let code: ExitCode
    try {
      const act = await load()
      code = await act(context, args, options as Record<string, never>)
    } catch (error) {
      code = report(stop.signal.aborted ? stop.signal.reason : error, { t, json, config })
    } finally {
      db?.close()
    }
    // Kept-alive connections must not delay the end.
    await flush()
    process.exit(code)
  }
}

function homeOf({ home }: CommonOptions, config: Readonly<CliConfig>): string {
  return home === undefined ? config.home : readConfig({ MILLRACE_HOME: home }).home
}

/** Shows an error where its reader looks: JSON on stdout, text on stderr. */
function report(
  error: unknown,
  { t, json, config }: { t: Messages; json: boolean; config: Readonly<CliConfig> },
): ExitCode {
  const { paint } = createOutput({ json, colour: config.colour && process.stderr.isTTY === true })
  if (json) process.stdout.write(`${JSON.stringify(errorDocument(error), null, 2)}\n`)
  else process.stderr.write(`${errorText(error, { t, paint })}\n`)
  const code = exitCodeOf(error)
  process.exitCode = code
  return code
}

/** What commander says of a wrong flag or argument, in the form of our errors. */
function usageError({ message, code }: CommanderError, command: Command): BadUsageError {
  const text = message.replace(/^error: /, '').replace(/\n/g, ' ')
  const first = text.charAt(0).toUpperCase() + text.slice(1)
  const names: string[] = []
  for (let at: Command | null = command; at !== null; at = at.parent) names.unshift(at.name())
  const isProgramOption = code === 'commander.unknownOption' && command.name() === 'run'
  return new BadUsageError({
    message: /[.)]$/.test(first) ? first : `${first}.`,
    help: [...names, '--help'].join(' '),
    ...(isProgramOption ? { hint: 'Options of the program itself go after --' } : {}),
  })
}

function flagValue(flag: string): string | undefined {
  const at = argv.indexOf(flag)
  if (at >= 0) return argv[at + 1]
  return argv.find((word) => word.startsWith(`${flag}=`))?.slice(flag.length + 1)
}

function readVersion(): string {
  const path = new URL('../package.json', import.meta.url)
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version
}

/**
 * `millrace job ls | head` is no error. Nobody reading the progress is none either, and must not end
 * a command that is about to buy something.
 */
function ignoreClosedPipes(): void {
  const unlessClosed = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') throw error
  }
  process.stderr.on('error', unlessClosed)
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    unlessClosed(error)
    process.exit(EXIT.ok)
  })
}

/** Pipes are written in the background: what was printed must be out before the process ends. */
function flush(): Promise<unknown> {
  return Promise.all(
    [process.stdout, process.stderr].map(
      (stream) => new Promise((resolve) => stream.write('', resolve)),
    ),
  )
}
