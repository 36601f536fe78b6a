import { BaseError } from '@millrace/base'
import type { Messages } from '../language/messages.ts'
import type { Paint } from './output.ts'

const DOCS = 'docs/errors'

/** An error for a person: what happened, what to check, where more is written. */
export function errorText(error: unknown, { t, paint }: { t: Messages; paint: Paint }): string {
  if (!(error instanceof BaseError)) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return `${paint.bad(t.errors.label)} ${t.errors.unexpected}\n${message}`
  }
  const translated = t.errors.byCode[error.code]
  const lines = [`${paint.bad(t.errors.label)} ${error.message}`]
  if (translated !== undefined) lines.push(`  ${translated}`)
  lines.push(...error.hints.map((hint) => `  - ${hint}`))
  if (error.docs !== undefined)
    lines.push(paint.dim(`  ${t.errors.more(`${DOCS}/${error.docs}.md`)}`))
  return lines.join('\n')
}

/** The same for machines. */
export function errorDocument(error: unknown): { error: Record<string, unknown> } {
  if (!(error instanceof BaseError)) {
    const message = error instanceof Error ? error.message : String(error)
    return { error: { code: 'INTERNAL', message, hints: [], meta: {} } }
  }
  const { code, message, hints, meta, docs } = error
  return {
    error: {
      code,
      message,
      hints,
      meta,
      ...(docs === undefined ? {} : { docs: `${DOCS}/${docs}.md` }),
    },
  }
}
