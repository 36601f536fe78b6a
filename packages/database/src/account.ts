import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { PostgresUnavailableError } from './errors.ts'

/** An operating system account to run the server as. */
export type Account = { uid: number; gid: number }

/**
 * PostgreSQL refuses to run as root, so root starts it as an unprivileged account: the one that
 * owns the data already, else an existing one. Others run it as themselves (`undefined`).
 */
export function chooseAccount(dataDir: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const owner = statOf(dataDir)
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(':') ?? []
    if (Number(uid) > 0) return { uid: Number(uid), gid: Number(gid) }
  }
  throw new PostgresUnavailableError({
    reason: 'PostgreSQL refuses to run as root, and there is no account `postgres` or `nobody`',
    hint: 'Run Millrace as an ordinary user.',
  })
}

/** Whether the account can get to `target` through all folders above it, by their mode bits. */
export function isReachable(target: string, account: Account | undefined): boolean {
  if (account === undefined) return true
  for (let at = path.resolve(target); ; at = path.dirname(at)) {
    const stat = statOf(at)
    if (stat !== undefined && !mayEnter(stat, account)) return false
    if (at === path.dirname(at)) return true
  }
}

type Stat = { uid: number; gid: number; mode: number }

function mayEnter(stat: Stat, { uid, gid }: Account): boolean {
  if (stat.uid === uid) return (stat.mode & 0o100) !== 0
  if (stat.gid === gid) return (stat.mode & 0o010) !== 0
  return (stat.mode & 0o001) !== 0
}

function statOf(target: string): Stat | undefined {
  return statSync(target, { throwIfNoEntry: false })
}
