import { readFileSync } from 'node:fs'

/** Who may call: the first word of the column, which docs/protocol/authority.md explains. */
export const CALLERS = ['anyone', 'party', 'protocol', 'governance', 'none'] as const
export type Caller = (typeof CALLERS)[number]

export type AuthorityRow = { contract: string; functions: string[]; caller: Caller }

const FILE = new URL('../../docs/protocol/authority.md', import.meta.url)

/** The table of docs/protocol/authority.md. */
export function readAuthority(): AuthorityRow[] {
  const rows = readFileSync(FILE, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
  return rows.map(([, contract = '', functions = '', who = '']) => {
    const caller = CALLERS.find((word) => who.startsWith(word))
    if (caller === undefined)
      throw new RangeError(`${contract}: "${who}" must begin with ${CALLERS.join(', ')}`)
    return {
      contract: contract.replaceAll('`', ''),
      functions: [...functions.matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
      caller,
    }
  })
}
