import { accessSync, constants, createReadStream } from 'node:fs'
import { basename, resolve } from 'node:path'
import { mapLimit, type Wei } from '@millrace/base'
import { type Client, type PublishAppParameters, putInput } from '@millrace/sdk'
import { FileNotReadableError } from '../errors.ts'
import { parseCoins } from '../terminal/format.ts'
import type { LocalApp } from './appSource.ts'

/** What publishApp takes for an app of this machine; the files of its example are stored on the way. */
export async function publication(
  client: Client,
  { source, program, dir }: LocalApp,
  signal: AbortSignal,
): Promise<Omit<PublishAppParameters, 'onlyRequester'> & { price: Wei }> {
  const { entry: _, ...manifest } = source
  const names = source.example?.inputs ?? []
  const exampleInputs = await mapLimit(names, 4, (name) => {
    const file = resolve(dir, name)
    requireFile(file, 'example.inputs')
    const input = { path: basename(name), source: createReadStream(file) }
    return putInput(client, input, { signal })
  })
  const price = parseCoins(source.price, 'price')
  return { manifest: { ...manifest, exampleInputs }, program, price }
}

/** A stream would fail in the middle of an upload, as a fault of the storage node. */
export function requireFile(path: string, field: string): void {
  try {
    accessSync(path, constants.R_OK)
  } catch (cause) {
    throw new FileNotReadableError({ field, path, cause })
  }
}
