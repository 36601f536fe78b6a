import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A disk of its own for a cloud, that a test may fill. */
export type SmallDisk = { dir: string; fill(full: boolean): void; remove(): void }

const SIZE_MIB = 512

/** In memory, by root on Linux; undefined where that is not possible. */
export function mountSmallDisk(): SmallDisk | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined
  const dir = mkdtempSync(join(tmpdir(), 'millrace-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MIB}m`, 'tmpfs', dir])
  } catch {
    rmSync(dir, { recursive: true })
    return undefined
  }
  const ballast = join(dir, 'ballast')
  return {
    dir,
    fill(full) {
      if (full) writeUntilFull(ballast)
      else rmSync(ballast, { force: true })
    },
    remove() {
      execFileSync('umount', ['--lazy', dir])
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** Down to the last byte: big pieces first. */
function writeUntilFull(path: string): void {
  for (const size of [1 << 22, 1 << 16, 4096]) {
    const piece = Buffer.alloc(size, 1)
    try {
      for (;;) writeFileSync(path, piece, { flag: 'a' })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    }
  }
}
