import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { toJson } from '@millrace/base'
import { isInnerPath } from '@millrace/protocol'
import type { VerifiedResult } from '@millrace/sdk'
import { makeFolder } from '../home/makeFolder.ts'

/** One line of results.json. */
export type ResultLine = {
  task: string
  index: number
  status: string
  exitCode: number
  fuel: string
  digest: string
  cid: string
  /** Folder of this task's files, relative to results.json. */
  folder: string
}

/** Writes results as they come: files first, the index at the end. */
export type ResultFolder = {
  readonly dir: string
  save(result: VerifiedResult): ResultLine
  saveAssembled(files: readonly { path: string; bytes: Uint8Array }[]): string[]
  finish(summary: Record<string, unknown>): void
}

/**
 * `<dir>/stdout`, `<dir>/stderr`, `<dir>/out/...` for a job of one task, the same below
 * `<dir>/tasks/<label>/` for a bag; empty streams make no file. Only paths that stay inside are
 * written: archives come from strangers, and readArchive has refused the others already.
 */
export function openResultFolder(dir: string, labels: readonly string[]): ResultFolder {
  const root = resolve(dir)
  const lines: ResultLine[] = []
  makeFolder(root, '--out')
  const made = new Set<string>([root])
  const write = (path: string, bytes: Uint8Array): void => {
    const folder = dirname(path)
    if (!made.has(folder)) mkdirSync(folder, { recursive: true })
    made.add(folder)
    writeFileSync(path, bytes)
  }
  return {
    dir: root,
    save: ({ task, cid, output }) => {
      const label = labels[task.bagIndex] ?? String(task.bagIndex)
      const folder = labels.length === 1 ? '.' : join('tasks', label)
      const at = (...names: string[]): string => join(root, folder, ...names)
      if (output.stdout.length > 0) write(at('stdout'), output.stdout)
      if (output.stderr.length > 0) write(at('stderr'), output.stderr)
      for (const { path, bytes } of output.files) {
        if (isInnerPath(path)) write(at('out', path), bytes)
      }
      const { status, exitCode, fuel } = output
      const line = {
        task: task.taskId,
        index: task.bagIndex,
        status,
        exitCode,
        fuel: fuel.toString(),
        digest: task.digest,
        cid,
        folder,
      }
      lines.push(line)
      return line
    },
    saveAssembled: (files) =>
      files
        .filter(({ path }) => isInnerPath(path))
        .map(({ path, bytes }) => {
          const target = join(root, path)
          write(target, bytes)
          return target
        }),
    finish: (summary) => {
      const results = [...lines].sort((a, b) => a.index - b.index)
      writeFileSync(join(root, 'results.json'), `${toJson({ ...summary, results }, 2)}\n`)
    },
  }
}

/** Native SHA-256 for the SDK. */
export function nativeSha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest()
}
