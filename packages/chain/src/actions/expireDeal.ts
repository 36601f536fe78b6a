import type { TxHash } from '@millrace/base'
import type { DealTerms } from '@millrace/protocol'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { writeContract } from './writeContract.ts'

export type ExpireDealParameters = { terms: DealTerms }

/**
 * Closes a deal past its deadline and settle window: unsettled tasks are refunded and the pool's
 * stake for them goes to the requester. Anyone may call.
 *
 * @throws {DealNotExpiredError} `DEAL_NOT_EXPIRED`
 * @throws {DealClosedError} `DEAL_CLOSED`
 * @see contracts/src/interfaces/IMarket.sol expireDeal
 */
export function expireDeal(
  client: WriteClient,
  { terms }: ExpireDealParameters,
  options?: SendOptions,
): Promise<TxHash> {
  return writeContract(
    client,
    { contract: 'market', functionName: 'expireDeal', args: [terms] },
    options,
  )
}
