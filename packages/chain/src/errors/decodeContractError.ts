import { type Address, BaseError, type Hex } from '@millrace/base'
import { type Abi, decodeErrorResult } from 'viem'
import { ABIS, type ContractAddresses } from '../client/contracts.ts'
import type { ContractError, ContractErrorClass } from './contractError.ts'
import { CONTRACT_ERRORS } from './contractErrors.ts'
import { RpcFailedError } from './rpcErrors.ts'
import { TEMPLATE_ERROR_ABI } from './templateErrorAbi.ts'

/** A contract refused a call with an error that is none of ours: `Error(string)`, `Panic`, nothing. */
export class CallRevertedError extends BaseError {
  readonly code = 'CALL_REVERTED'
  constructor({ reason, contract, data }: { reason: string; contract: string; data: Hex }) {
    super(`The contract ${contract} refused the call: ${reason}.`, {
      meta: { contract, reason, data: data.slice(0, 522) },
      hints: ['Do the contract addresses and the ABI belong to the same deployment?'],
      docs: 'call-reverted',
    })
  }
}

/** Where a call went, to name it in messages. */
export type CallTarget = { to: Address | undefined; contracts: ContractAddresses }

const ERROR_ABI: Abi = [...Object.values(ABIS), TEMPLATE_ERROR_ABI].flatMap((abi) =>
  (abi as Abi).filter(({ type }) => type === 'error'),
)
const CLASS_BY_NAME = new Map<string, ContractErrorClass>(
  CONTRACT_ERRORS.map((errorClass) => [errorClass.solidityName, errorClass]),
)

/** Our class for revert data; undefined when it is no error of our contracts. */
export function decodeContractError(data: Hex): ContractError | undefined {
  const decoded = decode(data)
  const errorClass = decoded && CLASS_BY_NAME.get(decoded.errorName)
  if (decoded === undefined || errorClass === undefined) return undefined
  const inputs = 'inputs' in decoded.abiItem ? (decoded.abiItem.inputs ?? []) : []
  const values = (decoded.args ?? []) as readonly unknown[]
  const args = Object.fromEntries(inputs.map(({ name = '' }, i) => [name, lower(values[i])]))
  return new errorClass(args as never)
}

/** Waits for a call of the node and gives its failure the contract's own error. */
export async function decodedErrors<T>(call: Promise<T>, target: CallTarget): Promise<T> {
  try {
    return await call
  } catch (error) {
    throw error instanceof RpcFailedError ? (contractFailure(error, target) ?? error) : error
  }
}

/** What a contract said, when the failure of a call of the node is a revert. */
export function contractFailure(error: RpcFailedError, target: CallTarget): BaseError | undefined {
  const reverted = error.data !== undefined || /revert/i.test(error.message)
  return reverted ? revertError(error.data ?? '0x', target) : undefined
}

/** Error of revert data, ours or not. */
export function revertError(data: Hex, { to, contracts }: CallTarget): BaseError {
  const known = decodeContractError(data)
  if (known !== undefined) return known
  const name = Object.entries(contracts).find(([, at]) => at === to)?.[0]
  const contract = name ?? to ?? 'being deployed'
  return new CallRevertedError({ reason: reasonOf(data), contract, data })
}

/** Why a call reverted, in words; with the ABI of a stranger's contract its own errors too. */
export function revertReason(data: Hex, abi: Abi = []): string {
  if (data === '0x') return 'it gave no reason'
  try {
    const { errorName, args = [] } = decodeErrorResult({ abi: [...abi, ...ERROR_ABI], data })
    if (errorName !== 'Error' && errorName !== 'Panic') return `${errorName}(${args.join(', ')})`
  } catch {
    // An error that neither ABI has is named by its first bytes below.
  }
  return reasonOf(data)
}

function reasonOf(data: Hex): string {
  if (data === '0x') return 'it gave no reason'
  const decoded = decode(data)
  const [value] = (decoded?.args ?? []) as readonly unknown[]
  if (decoded?.errorName === 'Error') return String(value)
  if (decoded?.errorName === 'Panic') return `internal check ${value} failed`
  return `unknown error ${data.slice(0, 10)}`
}

function decode(data: Hex) {
  try {
    return decodeErrorResult({ abi: ERROR_ABI, data })
  } catch {
    return undefined
  }
}

function lower(value: unknown): unknown {
  return typeof value === 'string' && value.startsWith('0x') ? value.toLowerCase() : value
}
