import { type Hex32, InvalidInputError } from '@millrace/base'
import type { Client } from '@millrace/sdk'

// One raw block, so that its sha2-256 is its content id.
const MOST_BYTES = 2 ** 20

/** Stores a text or file for everybody to read, and gives its sha2-256. @throws {InvalidInputError} */
export async function putText(
  client: Client,
  text: string | Uint8Array,
  field: string,
): Promise<Hex32> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  if (bytes.length === 0 || bytes.length > MOST_BYTES)
    throw new InvalidInputError({
      field,
      value: `${bytes.length} bytes`,
      expected: 'from 1 byte to 1 MiB',
    })
  await client.storage.put(bytes)
  return `0x${Buffer.from(client.sha256(bytes)).toString('hex')}` as Hex32
}
