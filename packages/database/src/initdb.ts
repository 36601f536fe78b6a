import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { PostgresStartError, PostgresUnavailableError } from './errors.ts'
import { makePrivate, type Placement } from './placement.ts'

const DRAFT = /^data\.init-\d+-/

/**
 * Makes the database files unless they are there; true when it made them. They get their name only
 * when whole, so a kill at any point leaves either nothing or a good set, and of two processes at
 * once the slower one throws its own away.
 */
export async function createCluster({
  root,
  dataDir,
  account,
  binDir,
}: Placement & { binDir: string }): Promise<boolean> {
  await refuseForeign(dataDir, root)
  if (existsSync(dataDir)) return false
  await sweepDrafts(root)
  const draft = path.join(root, `data.init-${process.pid}-${randomUUID().slice(0, 8)}`)
  try {
    await makePrivate(draft, account)
    await runInitdb({ draft, root, account, binDir })
    await rename(draft, dataDir)
    return true
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    if (existsSync(dataDir)) return false
    throw error
  }
}

async function runInitdb({
  draft,
  root,
  account,
  binDir,
}: Pick<Placement, 'root' | 'account'> & { draft: string; binDir: string }): Promise<void> {
  // Trust is safe: the only way in is a socket in a folder that only the account can enter.
  const args = ['-D', draft, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C']
  try {
    await promisify(execFile)(path.join(binDir, 'initdb'), [...args, '--no-instructions'], {
      ...account,
      cwd: root,
      env: { LC_ALL: 'C', TZ: 'UTC' },
    })
  } catch (error) {
    const { code, stderr, message } = error as Error & { code?: unknown; stderr?: string }
    // A binary that is there but "not found" lacks its loader: a system without glibc, or another processor.
    if (code === 'ENOENT' || code === 'EACCES')
      throw new PostgresUnavailableError({
        reason: `${binDir}/initdb cannot be run`,
        cause: error,
      })
    const reason = stderr?.trim().split('\n').at(-1) ?? message
    throw new PostgresStartError({ reason, dir: root, output: stderr ?? '' })
  }
}

async function refuseForeign(dataDir: string, root: string): Promise<void> {
  const me = process.getuid?.()
  if (me === 0 || !existsSync(dataDir)) return
  const { uid } = await stat(dataDir)
  if (uid !== me)
    throw new PostgresStartError({
      reason: `${dataDir} belongs to user ${uid}, and this is user ${me}; run as before or choose another state folder`,
      dir: root,
    })
}

/** Removes what killed processes left half made. */
async function sweepDrafts(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    if (!DRAFT.test(name) || isRunning(Number(name.split('-')[1]))) continue
    await rm(path.join(root, name), { recursive: true, force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
