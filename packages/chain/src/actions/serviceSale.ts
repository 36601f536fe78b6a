import type { Hex32, TxHash } from '@millrace/base'
import type { ServiceOffer } from '@millrace/protocol'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { writeContract } from './writeContract.ts'

type Terms = { terms: ServiceOffer }

/**
 * Offers a piece of work and locks the sender's stake and fee.
 *
 * @param parameters.uri - Where the description of the task lies.
 * @throws {OfferUsedError} `OFFER_USED`
 * @see contracts/src/interfaces/IServices.sol offer
 */
export function offerService(
  client: WriteClient,
  { terms, uri }: Terms & { uri: string },
  options?: SendOptions,
): Promise<TxHash> {
  return write(client, 'offer', [terms, uri], options)
}

/**
 * Locks the sender's price and fee.
 *
 * @throws {WrongStageError} `WRONG_STAGE` when another was faster
 * @see contracts/src/interfaces/IServices.sol accept
 */
export function acceptService(
  client: WriteClient,
  { terms }: Terms,
  options?: SendOptions,
): Promise<TxHash> {
  return write(client, 'accept', [terms], options)
}

/**
 * Binds the provider to what it hands over.
 *
 * @throws {TooLateError} `TOO_LATE`
 * @see contracts/src/interfaces/IServices.sol deliver
 */
export function deliverService(
  client: WriteClient,
  { terms, content }: Terms & { content: Hex32 },
  options?: SendOptions,
): Promise<TxHash> {
  return write(client, 'deliver', [terms, content], options)
}

/**
 * Refuses delivered work; silence would accept it.
 *
 * @param parameters.reason - sha256 of what the buyer has to say.
 * @throws {TooLateError} `TOO_LATE`
 * @see contracts/src/interfaces/IServices.sol refuse
 */
export function refuseService(
  client: WriteClient,
  { terms, reason }: Terms & { reason: Hex32 },
  options?: SendOptions,
): Promise<TxHash> {
  return write(client, 'refuse', [terms, reason], options)
}

/**
 * Calls the arbiter about a refusal; silence would concede it.
 *
 * @throws {TooLateError} `TOO_LATE`
 * @see contracts/src/interfaces/IServices.sol appeal
 */
export function appealService(
  client: WriteClient,
  { terms, reason }: Terms & { reason: Hex32 },
  options?: SendOptions,
): Promise<TxHash> {
  return write(client, 'appeal', [terms, reason], options)
}

/**
 * Rules on an appeal, as its arbiter.
 *
 * @param parameters.providerBps - Share of the price for the provider.
 * @throws {NotPartyError} `NOT_PARTY`
 * @see contracts/src/interfaces/IServices.sol rule
 */
export function ruleService(
  client: WriteClient,
  { terms, providerBps }: Terms & { providerBps: number },
  options?: SendOptions,
): Promise<TxHash> {
  return write(client, 'rule', [terms, providerBps], options)
}

/**
 * Ends a sale whose stage is over; before that the buyer accepts delivered work by it.
 *
 * @throws {TooEarlyError} `TOO_EARLY`
 * @see contracts/src/interfaces/IServices.sol finish
 */
export function finishService(
  client: WriteClient,
  { terms }: Terms,
  options?: SendOptions,
): Promise<TxHash> {
  return write(client, 'finish', [terms], options)
}

type Step = 'offer' | 'accept' | 'deliver' | 'refuse' | 'appeal' | 'rule' | 'finish'

function write(client: WriteClient, step: Step, args: unknown[], options?: SendOptions) {
  const call = { contract: 'services', functionName: step, args: args as never } as const
  return writeContract(client, call, options)
}
