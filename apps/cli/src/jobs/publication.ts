import { createReadStream } from 'node:fs'
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
  const exampleInputs = await mapLimit(names, 4, async (name) => {
    try {
      const file = createReadStream(resolve(dir, name))
      return await putInput(client, { path: basename(name), source: file }, { signal })
    } catch (cause) {
      if ((cause as { code?: string }).code !== 'ENOENT') throw cause
      throw new FileNotReadableError({ field: 'example.inputs', path: resolve(dir, name), cause })
    }
  })
  const price = parseCoins(source.price, 'price')
  return { manifest: { ...manifest, exampleInputs }, program, price }
}
