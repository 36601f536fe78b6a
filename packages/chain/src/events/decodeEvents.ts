import type { Address, Hex, Hex32, TxHash } from '@millrace/base'
import {
  type Abi,
  type AbiEvent,
  type AbiParameter,
  decodeEventLog,
  parseAbiItem,
  toEventSelector,
} from 'viem'
import {
  ABIS,
  CONTRACT_NAMES,
  type ContractAddresses,
  type ContractName,
} from '../client/contracts.ts'
import type { ChainEvent } from './chainEvent.ts'

/** A log as JSON-RPC gives it. */
export type RpcLog = {
  address: Hex
  topics: [Hex, ...Hex[]] | []
  data: Hex
  blockNumber: Hex
  blockHash: Hex32
  transactionHash: Hex
  logIndex: Hex
}

/** ERC-721's own event is the only one that tells of an asset that changed hands. */
const ASSET_TRANSFER = parseAbiItem(
  'event Transfer(address indexed from, address indexed to, uint256 indexed tokenId)',
) as AbiEvent

/** Other events of token standards repeat what our own say, or are nobody's concern here. */
const IGNORED = new Set([
  'Transfer',
  'Approval',
  'ApprovalForAll',
  'DelegateChanged',
  'DelegateVotesChanged',
  'EIP712DomainChanged',
])

const EVENTS: Record<string, Map<string, AbiEvent>> = Object.fromEntries(
  CONTRACT_NAMES.map((contract) => [
    contract,
    new Map(eventsOf(contract).map((event) => [toEventSelector(event), event])),
  ]),
)

function eventsOf(contract: ContractName): AbiEvent[] {
  const own = (ABIS[contract] as Abi).filter(
    (item): item is AbiEvent => item.type === 'event' && !IGNORED.has(item.name),
  )
  return contract === 'registry' ? [...own, ASSET_TRANSFER] : own
}

/** Contracts that have events of ours. */
const SPEAKERS = CONTRACT_NAMES.filter((contract) => (EVENTS[contract]?.size ?? 0) > 0)

/** Filter of `eth_getLogs` for all events of ours. */
export function eventFilter(contracts: ContractAddresses): { address: Address[] } {
  return { address: SPEAKERS.map((contract) => contracts[contract]) }
}

/** Events of our contracts among logs, in order of the logs. */
export function decodeEvents(logs: readonly RpcLog[], contracts: ContractAddresses): ChainEvent[] {
  const byAddress = new Map<string, Map<string, AbiEvent>>(
    SPEAKERS.map((contract) => [contracts[contract], EVENTS[contract] ?? new Map()]),
  )
  return logs.flatMap((log) => {
    const event = byAddress.get(log.address.toLowerCase())?.get(log.topics[0] ?? '')
    return event === undefined ? [] : [decodeEvent(log, event)]
  })
}

function decodeEvent(log: RpcLog, event: AbiEvent): ChainEvent {
  const { args } = decodeEventLog({
    abi: [event],
    topics: log.topics as [Hex, ...Hex[]],
    data: log.data,
  })
  const values = lowerStruct(event.inputs, args as unknown as Record<string, unknown>)
  const isTransfer = event === ASSET_TRANSFER
  return {
    name: isTransfer ? 'AssetTransferred' : event.name,
    args: isTransfer ? transferArgs(values) : values,
    txHash: log.transactionHash.toLowerCase() as TxHash,
    logIndex: Number(log.logIndex),
  } as ChainEvent
}

/** A token's number is the asset's id. */
function transferArgs({ from, to, tokenId }: Record<string, unknown>): Record<string, unknown> {
  return { asset: `0x${(tokenId as bigint).toString(16).padStart(40, '0')}`, from, to }
}

/** viem gives addresses with checksum capitals; off chain we keep them in lower case. */
function lowerAddresses(parameter: AbiParameter, value: unknown): unknown {
  if (parameter.type === 'address') return String(value).toLowerCase()
  if (parameter.type.endsWith(']')) {
    const element = { ...parameter, type: parameter.type.replace(/\[\d*\]$/, '') }
    return (value as unknown[]).map((item) => lowerAddresses(element, item))
  }
  return 'components' in parameter
    ? lowerStruct(parameter.components, value as Record<string, unknown>)
    : value
}

function lowerStruct(
  parameters: readonly AbiParameter[],
  values: Record<string, unknown>,
): Record<string, unknown> {
  return Object.fromEntries(
    parameters.map((parameter) => {
      const name = parameter.name ?? ''
      return [name, lowerAddresses(parameter, values[name])]
    }),
  )
}
