import { readFileSync } from 'node:fs'
import type { Address, Hex } from '@millrace/base'
import { type Abi, type AbiFunction, type AbiParameter, encodeFunctionData } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ABIS, type ContractName } from '../client/contracts.ts'
import { decodedErrors } from '../errors/decodeContractError.ts'
import { aLocalChain } from '../node/aLocalChain.ts'
import { LOCAL_RULES } from '../node/governanceRules.ts'
import { handOverParameters } from './handOverParameters.ts'

/** Errors by which a contract says that it was the wrong one who called. */
const REFUSALS = new Set([
  'NOT_GOVERNOR',
  'NOT_AUTHORISED',
  'NOT_AUTHORISED_CALLER',
  'NOT_WORK',
  'NOT_APPEALS',
  'NOT_CLAIMS',
  'NOT_COURT',
  'NOT_MARKET',
  'GOVERNOR_ONLY_EXECUTOR',
  'TIMELOCK_UNAUTHORIZED_CALLER',
  'ACCESS_CONTROL_UNAUTHORIZED_ACCOUNT',
  'GOVERNOR_DISABLED_DEPOSIT',
])
const STRANGER = `0x${'5a'.repeat(20)}` as Address
const SOLIDITY_NAME: Partial<Record<ContractName, string>> = { governor: 'MillraceGovernor' }

/** Rows of docs/protocol/authority.md; contracts/tools/checkAuthority.ts sees to it that none is missing. */
const ROWS = readFileSync(
  new URL('../../../../docs/protocol/authority.md', import.meta.url),
  'utf8',
)
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim()))

function callerOf(contract: ContractName, name: string): string {
  const solidity = SOLIDITY_NAME[contract] ?? contract.charAt(0).toUpperCase() + contract.slice(1)
  const row = ROWS.find(
    ([, of, functions = '']) => of === `\`${solidity}\`` && functions.includes(`\`${name}\``),
  )
  return /^\w+/.exec(row?.[3] ?? '')?.[0] ?? 'not listed'
}

/** Zero of a type, which every contract can decode. */
function zeroOf(input: AbiParameter): unknown {
  const { type } = input
  const fixed = /\[(\d+)\]$/.exec(type)?.[1]
  if (fixed !== undefined) {
    const element = { ...input, type: type.replace(/\[\d+\]$/, '') }
    return Array.from({ length: Number(fixed) }, () => zeroOf(element))
  }
  if (type.endsWith('[]')) return []
  if ('components' in input)
    return Object.fromEntries(input.components.map((one) => [one.name, zeroOf(one)]))
  if (type === 'address') return `0x${'00'.repeat(20)}`
  if (type === 'bool') return false
  if (type === 'string') return ''
  if (type === 'bytes') return '0x'
  if (type.startsWith('bytes')) return `0x${'00'.repeat(Number(type.slice(5)))}`
  return Number(/\d+$/.exec(type)?.[0] ?? 256) <= 48 ? 0 : 0n
}

const FUNCTIONS = (Object.keys(ABIS) as ContractName[]).flatMap((contract) =>
  (ABIS[contract] as Abi)
    .filter((item): item is AbiFunction => item.type === 'function')
    .filter(({ stateMutability }) => stateMutability !== 'view' && stateMutability !== 'pure')
    .map((item) => ({ contract, name: item.name, item })),
)

let chain: Awaited<ReturnType<typeof aLocalChain>>
beforeAll(async () => {
  chain = await aLocalChain({
    rules: { ...LOCAL_RULES, periodSec: 2 as never, timelockSec: 1 as never },
  })
  await handOverParameters(chain.faucet)
}, 60_000)
afterAll(() => chain.stop())

/** Code of the error of a call with zeros from an account; undefined when it goes through. */
async function answerTo(
  from: Address,
  { contract, name, item }: (typeof FUNCTIONS)[number],
): Promise<string | undefined> {
  const args = item.inputs.map(zeroOf)
  const data = encodeFunctionData({ abi: [item], functionName: name, args }) as Hex
  const to = chain.contracts[contract]
  try {
    await decodedErrors(chain.faucet.rpc('eth_call', [{ from, to, data }, 'latest']), {
      to,
      contracts: chain.contracts,
    })
    return undefined
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}

const isRefusal = (code: string | undefined): boolean => code !== undefined && REFUSALS.has(code)

describe.each(FUNCTIONS)('$contract $name', (call) => {
  const caller = callerOf(call.contract, call.name)

  it('is in the list of who may call what', () => {
    expect(caller).not.toBe('not listed')
  })

  it('answers strangers, and the key that deployed everything, as the list says', async () => {
    for (const from of [STRANGER, chain.faucet.address]) {
      const code = await answerTo(from, call)
      if (caller === 'protocol' || caller === 'governance')
        expect(isRefusal(code), `${code} to ${from}`).toBe(true)
      if (caller === 'anyone') expect(isRefusal(code), `${code} to ${from}`).toBe(false)
    }
  })

  it('answers the timelock as the list says', async () => {
    const code = await answerTo(chain.contracts.timelock, call)
    if (caller === 'protocol') expect(isRefusal(code), `${code}`).toBe(true)
    // Governor's own rules are set while a proposal is executed, and the timelock takes orders from the governor.
    if (caller === 'governance' && ['parameters', 'catalog'].includes(call.contract))
      expect(isRefusal(code), `${code}`).toBe(false)
  })
})
