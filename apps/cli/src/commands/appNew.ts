import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { InvalidInputError } from '@millrace/base'
import type { Context } from '../context.ts'
import { BadUsageError, InterruptedError } from '../errors.ts'
import { EXIT, type ExitCode } from '../exitCodes.ts'
import { isTemplate, TEMPLATES, type TemplateName, templateFiles } from './appTemplates.ts'

/** `millrace app new [NAME]`: a directory with a program that runs, and its manifest. */
export async function appNew(
  context: Context,
  [name]: string[],
  { template }: { template?: string },
): Promise<ExitCode> {
  const { out, t } = context
  if (template !== undefined && !isTemplate(template))
    throw new InvalidInputError({
      field: '--template',
      value: template,
      expected: TEMPLATES.join(', '),
    })
  const chosenName = name ?? (await askName(context))
  if (!/^[a-z][a-z0-9-]{1,40}$/.test(chosenName))
    throw new InvalidInputError({
      field: 'name',
      value: chosenName,
      expected: '2 to 41 of a-z, 0-9 and -, starting with a letter',
    })
  const chosen = template ?? (name === undefined ? await askTemplate(context) : 'javascript')
  const dir = resolve(chosenName)
  if (existsSync(dir))
    throw new InvalidInputError({
      field: 'name',
      value: dir,
      expected: 'a directory that is not there yet',
    })
  const { files, next } = templateFiles(chosen as TemplateName, chosenName)
  mkdirSync(dir, { recursive: true })
  for (const [path, text] of Object.entries(files)) writeFileSync(join(dir, path), text)
  out.result({ dir, template: chosen, files: Object.keys(files) }, () =>
    t.app.made({ dir: chosenName, next }),
  )
  return EXIT.ok
}

async function askName({ out, t }: Context): Promise<string> {
  if (!out.interactive || process.stdin.isTTY !== true)
    throw new BadUsageError({
      message: "Missing required argument 'name'.",
      help: 'millrace app new --help',
    })
  const { isCancel, text } = await import('@clack/prompts')
  const answer = await text({ message: t.app.askName, placeholder: 'hello' })
  if (isCancel(answer)) throw new InterruptedError()
  return answer
}

async function askTemplate({ t }: Context): Promise<string> {
  const { isCancel, select } = await import('@clack/prompts')
  const answer = await select({
    message: t.app.askTemplate,
    options: TEMPLATES.map((value) => ({ value, label: value })),
  })
  if (isCancel(answer)) throw new InterruptedError()
  return answer
}
