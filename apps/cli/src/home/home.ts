import { join } from 'node:path'
import { makeFolder } from './makeFolder.ts'

/** Where things lie below the state folder. */
export type Home = {
  readonly dir: string
  /** Endpoints of the cloud that runs from this folder; see cloudFile.ts. */
  readonly cloudFile: string
  /** Private keys, readable by their owner only. */
  readonly keysFile: string
  /** Jobs of this user. */
  readonly clientDb: string
  /** Held while a cloud runs from this folder. */
  readonly lockFile: string
  readonly logsDir: string
  readonly cacheDir: string
  /** State folder of one service, by name. */
  serviceDir(name: string): string
}

export function homeAt(dir: string): Home {
  return {
    dir,
    cloudFile: join(dir, 'cloud.json'),
    keysFile: join(dir, 'keys.json'),
    clientDb: join(dir, 'client.db'),
    lockFile: join(dir, 'cloud.lock'),
    logsDir: join(dir, 'logs'),
    cacheDir: join(dir, 'cache'),
    serviceDir: (name) => join(dir, name),
  }
}

/** Makes the folder, closed to other users of the machine: it holds keys. @throws {InvalidInputError} */
export function makeHome(home: Home): void {
  makeFolder(home.dir, '--home', 0o700)
  makeFolder(home.logsDir, '--home', 0o700)
}
