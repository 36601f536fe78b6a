import { type Abi, decodeFunctionData, hexToString } from 'viem'
import { ABIS, CONTRACT_NAMES, type ContractAddresses } from '../client/contracts.ts'
import type { ProposedCall } from './proposal.ts'

/**
 * A proposed call as a reader of contracts would write it: `parameters.set(slashBps, 6000)`. Calls of contracts that
 * are not ours, or that no function of ours takes, are shown as they are.
 */
export function describeCall(contracts: ContractAddresses, { to, data }: ProposedCall): string {
  const contract = CONTRACT_NAMES.find((name) => contracts[name] === to.toLowerCase())
  if (contract === undefined) return `${to}(${data})`
  try {
    const { functionName, args } = decodeFunctionData({ abi: ABIS[contract] as Abi, data })
    return `${contract}.${functionName}(${(args ?? []).map(showArgument).join(', ')})`
  } catch {
    return `${contract}(${data})`
  }
}

/** Short strings are kept in 32 bytes, left-aligned. */
const SHORT_STRING = /^0x([2-7][0-9a-f])+(00)+$/

function showArgument(value: unknown): string {
  if (typeof value === 'string' && value.length === 66 && SHORT_STRING.test(value))
    return hexToString(value as `0x${string}`, { size: 32 })
  return String(value)
}
