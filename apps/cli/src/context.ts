import type { Clock, Random } from '@millrace/base'
import type { CliConfig } from './config.ts'
import type { ClientDb } from './home/clientDb.ts'
import type { Home } from './home/home.ts'
import type { Language, Messages } from './language/messages.ts'
import type { Output } from './terminal/output.ts'

/** What every command works with. */
export type Context = {
  /** Of this program. */
  readonly version: string
  readonly config: Readonly<CliConfig>
  readonly home: Home
  readonly language: Language
  /** Texts in the user's language. */
  readonly t: Messages
  readonly out: Output
  readonly clock: Clock
  readonly random: Random
  /** Aborts with InterruptedError at Ctrl-C. */
  readonly signal: AbortSignal
  /** The folder's job list, opened on first use. */
  readonly db: () => ClientDb
}
