import { execFileSync, spawnSync } from 'node:child_process'

/** Tells a program that it runs in a network of its own. */
export const OWN_NETWORK_FLAG = '--own-network'

/**
 * Runs this program again in a network namespace of its own, where it may cut the network without
 * harm to others. Returns undefined where that is not possible, else its exit code.
 */
export function runInOwnNetwork(): number | undefined {
  if (process.platform !== 'linux') return undefined
  const possible = spawnSync('unshare', ['--net', 'ip', 'link', 'set', 'lo', 'up']).status === 0
  if (!possible) return undefined
  const again = [process.execPath, ...process.argv.slice(1), OWN_NETWORK_FLAG]
  const { status } = spawnSync('unshare', ['--net', '--', ...again], { stdio: 'inherit' })
  return status ?? 1
}

export function openOwnNetwork(): void {
  execFileSync('ip', ['link', 'set', 'lo', 'up'])
}
