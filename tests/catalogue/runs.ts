import { join } from 'node:path'
import type { RunResult, Runtime } from '@millrace/runtime'
import { CATALOGUE, inputOf, output, readSource, runApp, type TestInput, text } from './runApp.ts'

/** A program of the catalogue with the runtime that it runs in: for tests that run it many times. */
export type Program = {
  /** One task; `files` are of the program's own directory. */
  run: (args: string[], files?: string[], inputs?: TestInput[]) => Promise<RunResult>
  /** A bag of `count` tasks, `{i}` and `{n}` filled in, and what the program's join makes of them. */
  runBag: (count: number, args: string[], files?: string[]) => Promise<RunResult>
}

export function programOf(runtime: () => Runtime, name: string): Program {
  const dir = join(CATALOGUE, name)
  const run: Program['run'] = (args, files = [], inputs = []) =>
    runApp(runtime(), dir, args, [...files.map((file) => inputOf(dir, file)), ...inputs])
  const runBag: Program['runBag'] = async (count, args, files) => {
    const indices = Array.from({ length: count }, (_, i) => i)
    const results = await Promise.all(
      indices.map(async (i) => ({ i, ...(await run(fill(args, i, count), files)) })),
    )
    const inputs = results.flatMap(({ i, files: made }) =>
      made.map(({ path, bytes }) => ({ path: `${i}/${path}`, source: bytes })),
    )
    return run(readSource(dir).assemble ?? [], [], inputs)
  }
  return { run, runBag }
}

const fill = (args: string[], i: number, n: number): string[] =>
  args.map((arg) => arg.replaceAll('{i}', String(i)).replaceAll('{n}', String(n)))

/** Rows of numbers of a CSV that a run left below /out, without its heading. */
export function table(result: RunResult, path: string): number[][] {
  return text(output(result, path))
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').map(Number))
}
