// Fails when a contract has a function that changes state and docs/protocol/authority.md does not say who may call it,
// or says so of a function that is not there: a new power is seen in review before it is on chain.
import { existsSync, readFileSync } from 'node:fs'
import { deployable } from './deployable.ts'
import { readAuthority } from './readAuthority.ts'

type AbiItem = { type: string; name?: string; stateMutability?: string }

/** Functions of the contract that change state; undefined when it was not compiled. */
function functionsOf(name: string): string[] | undefined {
  const artifact = `contracts/out/${name}.sol/${name}.json`
  if (!existsSync(artifact)) return undefined
  const { abi } = JSON.parse(readFileSync(artifact, 'utf8')) as { abi: AbiItem[] }
  const changing = abi.filter(
    ({ type, stateMutability }) =>
      (type === 'function' || type === 'receive' || type === 'fallback') &&
      stateMutability !== 'view' &&
      stateMutability !== 'pure',
  )
  return [...new Set(changing.map(({ name: own, type }) => own ?? type))].sort()
}

const rows = readAuthority()
const problems: string[] = []
const contracts = deployable()
for (const contract of contracts) {
  const found = functionsOf(contract)
  if (found === undefined) {
    problems.push(`${contract}: not in contracts/out; run npm run build:contracts`)
    continue
  }
  const listed = rows.filter((row) => row.contract === contract).flatMap((row) => row.functions)
  for (const name of found)
    if (!listed.includes(name)) problems.push(`${contract}.${name}: who may call it is not said`)
  for (const name of listed)
    if (!found.includes(name)) problems.push(`${contract}.${name}: there is no such function`)
  for (const name of new Set(listed))
    if (listed.filter((other) => other === name).length > 1)
      problems.push(`${contract}.${name}: said twice`)
}
for (const { contract } of rows)
  if (!contracts.includes(contract)) problems.push(`${contract}: there is no such contract`)

for (const problem of new Set(problems)) console.error(`docs/protocol/authority.md: ${problem}`)
process.exitCode = problems.length > 0 ? 1 : 0
