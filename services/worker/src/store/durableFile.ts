import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Writes a file that is whole or not there: bytes on disk first, then the name, then the folder.
 * Only the owner may read it.
 */
export async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(`${path}.new`, 'w', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
  const folder = await open(dirname(path), 'r')
  // Windows has no sync of folders; there the rename itself is as good as it gets.
  await folder.sync().catch(() => {})
  await folder.close()
}
