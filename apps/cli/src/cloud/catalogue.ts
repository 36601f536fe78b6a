import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type LocalApp, loadAppDirectory, MANIFEST_NAME } from '../jobs/appSource.ts'

/** The programs that ship with this repository. */
const CATALOGUE = fileURLToPath(new URL('../../../../catalogue', import.meta.url))

/** Apps of the catalogue, the one of the main job first: it is wanted soonest. */
export function readCatalogue(): { apps: LocalApp[]; main: string | undefined } {
  if (!existsSync(CATALOGUE)) return { apps: [], main: undefined }
  const main = readMain()
  const names = readdirSync(CATALOGUE, { withFileTypes: true })
    .filter(
      (entry) => entry.isDirectory() && existsSync(join(CATALOGUE, entry.name, MANIFEST_NAME)),
    )
    .map((entry) => entry.name)
    .sort((a, b) => Number(b === main) - Number(a === main) || (a < b ? -1 : 1))
  return { apps: names.map((name) => loadAppDirectory(join(CATALOGUE, name))), main }
}

function readMain(): string | undefined {
  const path = join(CATALOGUE, 'main.json')
  if (!existsSync(path)) return undefined
  return (JSON.parse(readFileSync(path, 'utf8')) as { main?: string }).main
}
