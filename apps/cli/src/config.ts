import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** What the command line takes from its surroundings; flags of the same meaning win. */
export type CliConfig = {
  /** State folder of the cloud and of this user. */
  home: string
  /** First of MILLRACE_LANG, LC_ALL, LC_MESSAGES, LANG that is set; empty when none is. */
  locale: string
  /** False when NO_COLOR is set. */
  colour: boolean
  /** Another PostgreSQL server than the embedded one. */
  databaseUrl: string | undefined
}

/** Reads the environment; nothing else in the command line does. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Readonly<CliConfig> {
  const first = (...names: string[]): string | undefined =>
    names.map((name) => env[name]).find((value) => value !== undefined && value !== '')
  return Object.freeze({
    home: resolve(first('MILLRACE_HOME') ?? join(homedir(), '.millrace')),
    locale: first('MILLRACE_LANG', 'LC_ALL', 'LC_MESSAGES', 'LANG') ?? '',
    colour: first('NO_COLOR') === undefined,
    databaseUrl: first('DATABASE_URL'),
  })
}
