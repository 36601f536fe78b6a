import type { Abi, EncodeEventTopicsParameters } from 'viem'
import { encodeEventTopics } from 'viem'
import { ABIS, type ContractName } from '../client/contracts.ts'
import type { ReadClient } from '../client/readClient.ts'
import {
  type ChainEvent,
  type ChainEventArgs,
  type ChainEventName,
  isEvent,
} from '../events/chainEvent.ts'
import { decodeEvents, type RpcLog } from '../events/decodeEvents.ts'
import type { QueryOptions } from './readContract.ts'

export type ReadEventsParameters<N extends ChainEventName> = {
  contract: ContractName
  name: N
  /** Values of indexed arguments that events must have. */
  where: Partial<ChainEventArgs[N]>
  fromBlock: number
}

/** An event and the block it is in. */
export type EventInBlock<N extends ChainEventName> = ChainEvent<N> & { block: number }

/** Events of one kind from a block up to the latest, in the order of the chain. */
export async function readEvents<N extends ChainEventName>(
  client: ReadClient,
  { contract, name, where, fromBlock }: ReadEventsParameters<N>,
  { signal }: QueryOptions = {},
): Promise<EventInBlock<N>[]> {
  const event = { abi: ABIS[contract] as Abi, eventName: name, args: where }
  const filter = {
    address: client.contracts[contract],
    topics: encodeEventTopics(event as unknown as EncodeEventTopicsParameters),
    fromBlock: `0x${fromBlock.toString(16)}`,
    toBlock: 'latest',
  }
  const logs = await client.rpc<RpcLog[]>('eth_getLogs', [filter], { signal })
  return logs.flatMap((log) =>
    decodeEvents([log], client.contracts)
      .filter((found) => isEvent(found, name))
      .map((found) => ({ ...found, block: Number(log.blockNumber) })),
  ) as unknown as EventInBlock<N>[]
}
