import { readdirSync } from 'node:fs'
import { basename } from 'node:path'

const SOURCES = 'contracts/src'
const NOT_DEPLOYED = /^(interfaces|libraries|types|base)\//

/** Names of the contracts that can be deployed: all sources but interfaces, libraries, types and bases. */
export function deployable(): string[] {
  return readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.sol') && !NOT_DEPLOYED.test(file))
    .map((file) => basename(file, '.sol'))
    .sort()
}
