import { BaseError } from '@millrace/base'
import { type AbiParameter, type AbiParameterToPrimitiveType, hexToString } from 'viem'
import type { ABIS, ContractName } from '../client/contracts.ts'
import type { TEMPLATE_ERROR_ABI } from './templateErrorAbi.ts'

type AbiItem = (typeof ABIS)[ContractName][number] | (typeof TEMPLATE_ERROR_ABI)[number]
type AbiError = Extract<AbiItem, { type: 'error' }>
export type ContractErrorName = AbiError['name']

/** Values of a Solidity error by parameter name, as viem decodes them. */
export type ContractErrorArgs<N extends ContractErrorName> = {
  [P in Extract<AbiError, { name: N }>['inputs'][number] as NonNullable<
    P['name']
  >]: P extends AbiParameter ? AbiParameterToPrimitiveType<P> : never
}

/** A contract refused a call. One class per Solidity error: see `contractErrorClass`. */
export abstract class ContractError extends BaseError {}

export type ContractErrorClass<N extends ContractErrorName = ContractErrorName> = {
  new (args: ContractErrorArgs<N>): ContractError
  readonly solidityName: N
  /** `ORDER_EXPIRED` of `OrderExpired`. */
  readonly code: string
}

/** Makes the class of one Solidity error: name + `Error`, code in capitals, values as meta. */
export function contractErrorClass<N extends ContractErrorName>(
  solidityName: N,
  says: (args: ContractErrorArgs<N>) => string,
  ...hints: string[]
): ContractErrorClass<N> {
  const code = toCode(solidityName)
  const docs = code.toLowerCase().replaceAll('_', '-')
  const made = class extends ContractError {
    static readonly solidityName = solidityName
    static readonly code = code
    readonly code = code
    constructor(args: ContractErrorArgs<N>) {
      super(says(args), { meta: toMeta(args), hints, docs })
      this.name = `${solidityName}Error`
    }
  }
  Object.defineProperty(made, 'name', { value: `${solidityName}Error` })
  return made
}

/** `NotAssetOwner` to `NOT_ASSET_OWNER`, `ERC20InvalidSpender` to `ERC20_INVALID_SPENDER`. */
export function toCode(solidityName: string): string {
  return solidityName
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toUpperCase()
}

function toMeta(args: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [
      name,
      typeof value === 'bigint' ? value.toString() : value,
    ]),
  )
}

// Beyond it there are no dates; "never" is often written as the largest number.
const LAST_DATE_SEC = 8.64e12

/** A time on chain, for a message. */
export function showTime(sec: number): string {
  if (sec > LAST_DATE_SEC) return `second ${sec}`
  return new Date(sec * 1000).toISOString().replace('.000Z', 'Z')
}

/** A name that a contract keeps as a left-aligned short string. */
export function shortString(name: `0x${string}`): string {
  return JSON.stringify(hexToString(name, { size: 32 }))
}

/** Name of a side of a match, as `Restricted` and `PriceAbove` number them. */
export function showSide(side: number): string {
  return ['app', 'data set', 'pool', 'request'][side] ?? `side ${side}`
}
