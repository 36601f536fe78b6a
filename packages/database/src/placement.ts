import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import {
  chmod,
  chown,
  lstat,
  mkdir,
  readFile,
  realpath,
  rename,
  stat,
  writeFile,
} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { Logger } from '@millrace/base'
import { type Account, chooseAccount, isReachable } from './account.ts'
import { PostgresStartError } from './errors.ts'

/** Where the pieces of one embedded server lie. */
export type Placement = {
  /** Data, log, and copied binaries; usually the folder asked for. */
  root: string
  dataDir: string
  socketDir: string
  /** Account to run as; undefined means our own. */
  account: Account | undefined
}

/** Where root puts data that the server's account could not reach, as below /root. */
const SYSTEM_ROOT = '/var/lib/millrace'
const RECORD = 'location.json'
/** Room in a socket address (104 bytes on macOS), less the socket's own name and a final zero. */
const MAX_SOCKET_DIR_BYTES = 104 - '/.s.PGSQL.5432'.length - 1

/** Chooses places for the server of `dir`, the same at each start, and makes the folders. */
export async function place(dir: string, log: Logger): Promise<Placement> {
  await mkdir(dir, { recursive: true, mode: 0o755 })
  const home = await realpath(dir)
  const root = await chooseRoot(home, log)
  const dataDir = path.join(root, 'data')
  const account = chooseAccount(dataDir)
  const socketDir = chooseSocketDir(root)
  await makePrivate(socketDir, account)
  return { root, dataDir, socketDir, account }
}

async function chooseRoot(home: string, log: Logger): Promise<string> {
  const { ino } = await stat(home)
  const record = await readRecord(path.join(home, RECORD))
  if (record !== undefined) {
    if (record.ino === ino) return record.root
    // A copied folder must not share a database with its original.
    log.warn('state folder is a copy and gets a database of its own', { home, not: record.root })
  }
  const isFresh = !existsSync(path.join(home, 'data'))
  if (!isFresh || isReachable(home, chooseAccount(path.join(home, 'data')))) return home
  // Not named after `home`: a folder that was deleted and made again must not find its old data.
  const root = path.join(SYSTEM_ROOT, randomBytes(6).toString('hex'))
  await mkdir(root, { recursive: true })
  // Whatever our umask is, the account must get through.
  for (const folder of [SYSTEM_ROOT, root]) await chmod(folder, 0o755)
  const draft = path.join(home, `${RECORD}.draft`)
  await writeFile(draft, `${JSON.stringify({ root, ino })}\n`)
  await rename(draft, path.join(home, RECORD))
  return root
}

async function readRecord(file: string): Promise<{ root: string; ino: number } | undefined> {
  if (!existsSync(file)) return undefined
  return JSON.parse(await readFile(file, 'utf8')) as { root: string; ino: number }
}

function chooseSocketDir(root: string): string {
  const near = path.join(root, 'run')
  if (Buffer.byteLength(near) <= MAX_SOCKET_DIR_BYTES) return near
  return path.join(os.tmpdir(), `millrace-${shortHash(root)}`)
}

/** Makes a folder that only the account can enter; refuses one that somebody else made before us. */
export async function makePrivate(dir: string, account: Account | undefined): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const uid = account?.uid ?? process.getuid?.()
  const found = await lstat(dir)
  const isOurs = found.uid === uid || found.uid === process.getuid?.()
  if (!isOurs || found.isSymbolicLink())
    throw new PostgresStartError({ reason: `${dir} belongs to another user (${found.uid})`, dir })
  await chmod(dir, 0o700)
  if (account !== undefined) await chown(dir, account.uid, account.gid)
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}
