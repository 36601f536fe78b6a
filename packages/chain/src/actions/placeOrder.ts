import type { TxHash } from '@millrace/base'
import type { OrderByKind, OrderKind } from '@millrace/protocol'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { type WriteContractParameters, writeContract } from './writeContract.ts'

export type PlaceOrderParameters = {
  [K in OrderKind]: { kind: K; order: OrderByKind[K] }
}[OrderKind]

const FUNCTION = {
  app: 'placeAppOrder',
  dataset: 'placeDatasetOrder',
  pool: 'placePoolOrder',
  request: 'placeRequestOrder',
} as const

/**
 * Signs an order on chain; afterwards an empty signature is enough to match it.
 *
 * @throws {NotOrderSignerError} `NOT_ORDER_SIGNER`
 * @see contracts/src/interfaces/IMarket.sol placeRequestOrder
 */
export function placeOrder(
  client: WriteClient,
  { kind, order }: PlaceOrderParameters,
  options?: SendOptions,
): Promise<TxHash> {
  const call = { contract: 'market', functionName: FUNCTION[kind], args: [order] }
  return writeContract(
    client,
    call as unknown as WriteContractParameters<'market', (typeof FUNCTION)[OrderKind]>,
    options,
  )
}
