import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripTypes } from './stripTypes.ts'

const SOURCE = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const ENTRY = 'child/main.ts'

/**
 * Writes the code of the sandboxed children, types stripped, to a folder of its own: it is all that
 * a child may read, and it starts without a compiler. The folder is named by its content.
 *
 * @returns The folder and the file to start in it.
 */
export async function installChildCode(
  cacheDir: string,
): Promise<{ directory: string; entry: string }> {
  const files = await collect()
  const digest = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 32)
  const directory = join(cacheDir, `child-${digest}`)
  const entry = join(directory, toModule(ENTRY))
  if (await holds(directory, files)) return { directory, entry }
  const fresh = `${directory}.${process.pid}.tmp`
  await rm(directory, { recursive: true, force: true })
  for (const [path, code] of files) {
    await mkdir(dirname(join(fresh, path)), { recursive: true })
    await writeFile(join(fresh, path), code)
  }
  await rename(fresh, directory).catch(async (error: unknown) => {
    // Another runtime was faster with the same content.
    await rm(fresh, { recursive: true, force: true })
    if (!(await holds(directory, files))) throw error
  })
  return { directory, entry }
}

/** The entry and all it imports, by path, as plain JavaScript. */
async function collect(): Promise<[string, string][]> {
  const files = new Map<string, string>()
  const pending = [ENTRY]
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (files.has(toModule(path))) continue
    const source = await readFile(join(SOURCE, path), 'utf8')
    const imports: string[] = []
    const code = stripTypes(source).replace(
      /(from\s+')(\.[^']+)\.ts'/g,
      (_, start: string, target: string) => {
        imports.push(relative(SOURCE, resolve(SOURCE, dirname(path), `${target}.ts`)))
        return `${start}${target}.mjs'`
      },
    )
    files.set(toModule(path), code)
    pending.push(...imports)
  }
  return [...files].sort(([a], [b]) => (a < b ? -1 : 1))
}

const toModule = (path: string): string => path.replace(/\.ts$/, '.mjs')

async function holds(directory: string, files: readonly [string, string][]): Promise<boolean> {
  for (const [path, code] of files) {
    const found = await readFile(join(directory, path), 'utf8').catch(() => undefined)
    if (found !== code) return false
  }
  return true
}
