import { readdirSync, statSync } from 'node:fs'
import { basename, join, relative, resolve, sep } from 'node:path'
import { InvalidInputError } from '@millrace/base'
import { isInnerPath } from '@millrace/protocol'
import type { Manifest } from '@millrace/wire'
import { FileNotReadableError } from '../errors.ts'
import { matchFiles } from './matchFiles.ts'
import { parseNumberList } from './numberList.ts'
import { fillPlaceholders, hasPlaceholder } from './placeholders.ts'

/** A file of this machine and the path below /in at which a program sees it. */
export type LocalInput = { path: string; file: string; sizeBytes: number }

/** A bag before its inputs are stored. */
export type JobSpec = {
  common: { args: string[]; inputs: LocalInput[] }
  tasks: { args: string[]; inputs: LocalInput[] }[]
  /** What people call each task: its number, or its file's name. */
  labels: string[]
  /** True when the app's own example was taken because nothing else was asked for. */
  isExample: boolean
}

/** What `millrace run` was told. */
export type JobFlags = {
  args: readonly string[]
  each: readonly string[]
  array: string | undefined
  input: readonly string[]
}

const MAX_TASKS = 100_000
const MAX_DIRECTORY_FILES = 10_000

/**
 * The bag that flags and arguments describe: one task, one per number of --array, or one per file of
 * --each. With nothing said at all it is the app's example.
 *
 * @throws {InvalidInputError} {@link FileNotReadableError}
 */
export function specOfFlags(flags: JobFlags, example: Manifest['example']): JobSpec {
  const { args, each, array, input } = flags
  if (each.length > 0 && array !== undefined)
    throw new InvalidInputError({
      field: '--array',
      value: array,
      expected: 'left out when --each is given: one of them makes the bag',
    })
  const inputs = input.flatMap((text) => readInput(text))
  if (each.length > 0) return specOfFiles(matchFiles(each), { args, inputs })
  if (array !== undefined) return specOfNumbers(parseNumberList(array, '--array'), { args, inputs })
  const isExample = args.length === 0 && inputs.length === 0 && example !== undefined
  if (isExample) {
    const numbers = Array.from({ length: example.count }, (_, i) => i)
    return { ...specOfNumbers(numbers, { args: example.args, inputs: [] }), isExample }
  }
  return specOfNumbers([0], { args, inputs })
}

type Given = { args: readonly string[]; inputs: LocalInput[] }

function specOfNumbers(numbers: readonly number[], { args, inputs }: Given): JobSpec {
  const n = String(numbers.length)
  return specOf(
    numbers.map((number) => ({
      label: String(number),
      args: args.map((arg) => fillPlaceholders(arg, { i: String(number), n })),
      inputs: [],
    })),
    { args, inputs },
  )
}

function specOfFiles(files: readonly string[], { args, inputs }: Given): JobSpec {
  const n = String(files.length)
  const given = new Set(inputs.map(({ path }) => path))
  return specOf(
    files.map((file, i) => {
      const input = inputOf(file, basename(file), '--each')
      if (given.has(input.path)) throw twice('--each', file, input.path)
      const { name, stem } = namesOf(input.path)
      const values = { i: String(i), n, file: `/in/${input.path}`, name, stem }
      return {
        label: name,
        args: args.map((arg) => fillPlaceholders(arg, values)),
        inputs: [input],
      }
    }),
    { args, inputs },
  )
}

/** Arguments that no task changes are kept once for the whole bag. */
function specOf(
  tasks: { label: string; args: string[]; inputs: LocalInput[] }[],
  { args, inputs }: Given,
): JobSpec {
  if (tasks.length > MAX_TASKS)
    throw new InvalidInputError({
      field: 'bag',
      value: `${tasks.length} tasks`,
      expected: `at most ${MAX_TASKS} tasks`,
    })
  const paths = inputs.map(({ path }) => path)
  const repeated = paths.find((path, i) => paths.indexOf(path) !== i)
  if (repeated !== undefined) throw twice('--input', repeated, repeated)
  const isShared = !args.some(hasPlaceholder)
  return {
    common: { args: isShared ? [...(tasks[0]?.args ?? [])] : [], inputs },
    tasks: tasks.map((task) => ({ args: isShared ? [] : task.args, inputs: task.inputs })),
    labels: uniqueLabels(tasks.map(({ label }) => label)),
    isExample: false,
  }
}

/** `FILE`, `FILE:PATH` below /in, or a directory, whose plain files are all given. */
function readInput(text: string): LocalInput[] {
  const { file, path } = splitInput(text)
  const stat = statOf(file, '--input')
  if (!stat.isDirectory()) return [inputOf(file, path ?? basename(file), '--input')]
  const root = resolve(file)
  const prefix = path ?? basename(root)
  const names = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort()
  if (names.length > MAX_DIRECTORY_FILES)
    throw new InvalidInputError({
      field: '--input',
      value: `${file} with ${names.length} files`,
      expected: `a directory of at most ${MAX_DIRECTORY_FILES} files`,
    })
  return names.map((name) =>
    inputOf(join(root, name), `${prefix}/${name.split(sep).join('/')}`, '--input'),
  )
}

function splitInput(text: string): { file: string; path: string | undefined } {
  const colon = text.lastIndexOf(':')
  const isWhole = colon <= 1 || exists(text)
  return isWhole
    ? { file: text, path: undefined }
    : { file: text.slice(0, colon), path: text.slice(colon + 1).replace(/^\/in\//, '') }
}

function inputOf(file: string, path: string, field: string): LocalInput {
  const stat = statOf(file, field)
  if (!stat.isFile()) throw new InvalidInputError({ field, value: file, expected: 'a plain file' })
  if (!isInnerPath(path))
    throw new InvalidInputError({
      field,
      value: path,
      expected: 'a path below /in without . or .., such as FILE:data/a.csv',
    })
  return { path, file, sizeBytes: stat.size }
}

function statOf(file: string, field: string) {
  try {
    return statSync(file)
  } catch (cause) {
    throw new FileNotReadableError({ field, path: file, cause })
  }
}

function exists(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false }) !== undefined
}

function twice(field: string, value: string, path: string): InvalidInputError {
  return new InvalidInputError({
    field,
    value,
    expected: `a file whose place /in/${path} no other input has; rename it there with FILE:PATH`,
  })
}

function namesOf(path: string): { name: string; stem: string } {
  const name = basename(path)
  const dot = name.lastIndexOf('.')
  return { name, stem: dot > 0 ? name.slice(0, dot) : name }
}

/** Labels name folders: two files of one name get their place added. */
function uniqueLabels(labels: readonly string[]): string[] {
  const seen = new Set<string>()
  return labels.map((label, i) => {
    const key = label.toLowerCase()
    const unique = seen.has(key) ? `${label}-${i}` : label
    seen.add(key).add(unique.toLowerCase())
    return unique
  })
}
