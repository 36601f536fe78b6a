import { createReadStream } from 'node:fs'
import { isInnerPath } from '@millrace/protocol'
import type { RunRequest } from '../runtime.ts'
import type { Body } from './childProcess.ts'

const CHUNK_BYTES = 1 << 20

/** Why inputs cannot be given to a program, or `undefined`. */
export function inputsProblem(inputs: RunRequest['inputs'], maxBytes: number): string | undefined {
  const paths = new Set<string>()
  for (const { path } of inputs) {
    if (!isInnerPath(path)) return `input path ${JSON.stringify(path)} is not below /in`
    if (paths.has(path)) return `input ${path} is given twice`
    paths.add(path)
  }
  for (const path of paths)
    for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1))
      if (paths.has(path.slice(0, at))) return `input ${path} lies inside another input`
  const total = totalBytes(inputs)
  if (total > maxBytes) return `inputs have ${total} bytes, more than ${maxBytes} fit in memory`
  return undefined
}

export function sizeOfInput({ source }: RunRequest['inputs'][number]): number {
  return source instanceof Uint8Array ? source.length : source.sizeBytes
}

export function totalBytes(inputs: RunRequest['inputs']): number {
  return inputs.reduce((sum, input) => sum + sizeOfInput(input), 0)
}

/** The inputs' bytes one after the other; files are opened here, never by a child. */
export function inputsBody(inputs: RunRequest['inputs']): Body {
  return { sizeBytes: totalBytes(inputs), chunks: inputChunks(inputs) }
}

async function* inputChunks(inputs: RunRequest['inputs']): AsyncGenerator<Uint8Array> {
  for (const { source } of inputs) {
    if (source instanceof Uint8Array) yield source
    else yield* fileChunks(source)
  }
}

async function* fileChunks(source: {
  hostPath: string
  sizeBytes: number
}): AsyncGenerator<Uint8Array> {
  let sizeBytes = 0
  for await (const chunk of createReadStream(source.hostPath, { highWaterMark: CHUNK_BYTES })) {
    sizeBytes += (chunk as Buffer).length
    yield chunk as Buffer
  }
  if (sizeBytes !== source.sizeBytes)
    throw new Error(`${source.hostPath} has ${sizeBytes} bytes, not ${source.sizeBytes}`)
}
