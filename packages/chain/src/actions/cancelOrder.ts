import type { TxHash } from '@millrace/base'
import type { OrderByKind, OrderKind } from '@millrace/protocol'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { type WriteContractParameters, writeContract } from './writeContract.ts'

export type CancelOrderParameters = {
  [K in OrderKind]: { kind: K; order: OrderByKind[K] }
}[OrderKind]

const FUNCTION = {
  app: 'cancelAppOrder',
  dataset: 'cancelDatasetOrder',
  pool: 'cancelPoolOrder',
  request: 'cancelRequestOrder',
} as const

/**
 * Uses an order up, so that it can never be matched again. Deals it already made go on.
 *
 * @throws {NotOrderSignerError} `NOT_ORDER_SIGNER`
 * @see contracts/src/interfaces/IMarket.sol cancelRequestOrder
 */
export function cancelOrder(
  client: WriteClient,
  { kind, order }: CancelOrderParameters,
  options?: SendOptions,
): Promise<TxHash> {
  const call = { contract: 'market', functionName: FUNCTION[kind], args: [order] }
  return writeContract(
    client,
    call as unknown as WriteContractParameters<'market', (typeof FUNCTION)[OrderKind]>,
    options,
  )
}
