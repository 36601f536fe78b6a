import type { TxHash } from '@millrace/base'
import type { ChunkProof, FileKey, FileOffer } from '@millrace/protocol'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { writeContract } from './writeContract.ts'

type Terms = { terms: FileOffer }

/**
 * Offers a file and locks the sender's deposit.
 *
 * @param parameters.uri - Where the sealed file lies; empty if the seller hands it over itself.
 * @throws {OfferUsedError} `OFFER_USED`
 * @throws {InsufficientFreeError} `INSUFFICIENT_FREE`
 * @see contracts/src/interfaces/IFairExchange.sol offer
 */
export function offerFile(
  client: WriteClient,
  { terms, uri }: Terms & { uri: string },
  options?: SendOptions,
): Promise<TxHash> {
  return write(client, 'offer', [terms, uri], options)
}

/**
 * Locks the sender's price. Check the sealed file before: no complaint is possible about a file that
 * one never had.
 *
 * @throws {WrongStageError} `WRONG_STAGE` when another was faster
 * @see contracts/src/interfaces/IFairExchange.sol accept
 */
export function acceptFile(
  client: WriteClient,
  { terms }: Terms,
  options?: SendOptions,
): Promise<TxHash> {
  return write(client, 'accept', [terms], options)
}

/**
 * Shows the key of an accepted file. From then on everybody can read it who has the sealed bytes.
 *
 * @throws {TooLateError} `TOO_LATE`
 * @see contracts/src/interfaces/IFairExchange.sol reveal
 */
export function revealKey(
  client: WriteClient,
  { terms, key }: Terms & { key: FileKey },
  options?: SendOptions,
): Promise<TxHash> {
  return write(client, 'reveal', [terms, key], options)
}

/**
 * Shows a wrong chunk: price and deposit go to the buyer.
 *
 * @throws {ChunkCorrectError} `CHUNK_CORRECT`
 * @see contracts/src/interfaces/IFairExchange.sol complain
 */
export function complainAboutFile(
  client: WriteClient,
  { terms, key, chunk }: Terms & { key: FileKey; chunk: ChunkProof },
  options?: SendOptions,
): Promise<TxHash> {
  return write(client, 'complain', [terms, key, chunk], options)
}

/**
 * Ends a sale whose stage is over; before that the buyer confirms a file by it.
 *
 * @throws {TooEarlyError} `TOO_EARLY`
 * @see contracts/src/interfaces/IFairExchange.sol finish
 */
export function finishFile(
  client: WriteClient,
  { terms }: Terms,
  options?: SendOptions,
): Promise<TxHash> {
  return write(client, 'finish', [terms], options)
}

type Step = 'offer' | 'accept' | 'reveal' | 'complain' | 'finish'

function write(client: WriteClient, step: Step, args: unknown[], options?: SendOptions) {
  const call = { contract: 'fairExchange', functionName: step, args: args as never } as const
  return writeContract(client, call, options)
}
