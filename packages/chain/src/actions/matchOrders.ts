import type { TxHash } from '@millrace/base'
import type { AppOrder, DatasetOrder, PoolOrder, RequestOrder, Signed } from '@millrace/protocol'
import type { WriteClient } from '../client/writeClient.ts'
import { type ChainEvent, isEvent } from '../events/chainEvent.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import type { Receipt } from '../receipts/receipt.ts'
import { NO_DATASET, writeContract } from './writeContract.ts'

export type MatchOrdersParameters = {
  app: Signed<AppOrder>
  /** Left out when the request asks for no data set. */
  dataset?: Signed<DatasetOrder>
  pool: Signed<PoolOrder>
  request: Signed<RequestOrder>
  /** Tasks the deal may have at most; unlimited unless given. */
  maxVolume?: number
}

/**
 * Opens a deal for as many tasks as all orders still have; {@link dealsOfReceipt} reads it from
 * the receipt.
 *
 * @throws {OrderExpiredError} `ORDER_EXPIRED`
 * @throws {OrderConsumedError} `ORDER_CONSUMED`
 * @throws {RequirementsNotMetError} `REQUIREMENTS_NOT_MET`
 * @throws {PricingFailedError} `PRICING_FAILED`
 * @throws {InsufficientFreeError} `INSUFFICIENT_FREE`
 * @see contracts/src/interfaces/IMarket.sol matchOrders
 */
export function matchOrders(
  client: WriteClient,
  { app, dataset, pool, request, maxVolume = 0xffff_ffff }: MatchOrdersParameters,
  options?: SendOptions,
): Promise<TxHash> {
  return writeContract(
    client,
    {
      contract: 'market',
      functionName: 'matchOrders',
      args: [
        app.order,
        dataset?.order ?? NO_DATASET,
        pool.order,
        request.order,
        {
          appSignature: app.signature,
          datasetSignature: dataset?.signature ?? '0x',
          poolSignature: pool.signature,
          requestSignature: request.signature,
          poolAd: pool.ad ?? '0x',
          requestAd: request.ad ?? '0x',
        },
        maxVolume,
      ],
    },
    options,
  )
}

/** The deals that a mined {@link matchOrders} opened. */
export function dealsOfReceipt(receipt: Receipt): ChainEvent<'OrdersMatched'>['args'][] {
  return receipt.events.filter((event) => isEvent(event, 'OrdersMatched')).map(({ args }) => args)
}
