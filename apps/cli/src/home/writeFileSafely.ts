import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'

/** Replaces a file at once and durably: readers and a crash see the old text or the new, never a part. */
export function writeFileSafely(path: string, text: string, mode = 0o600): void {
  const draft = `${path}.${process.pid}.tmp`
  const file = openSync(draft, 'w', mode)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(draft, path)
}
