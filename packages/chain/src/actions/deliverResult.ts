import type { Hex, Hex32, TxHash } from '@millrace/base'
import type { BatchFacts, DealTerms, OutputProof, RequestOrder } from '@millrace/protocol'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { writeContract } from './writeContract.ts'

/** Which task: its deal's terms, the request that they hash, and its place in the deal. */
export type DeliveryTask = { terms: DealTerms; request: RequestOrder; index: number }

/** Everything that `deliver` checks, down to the bytes. */
export type Delivery = {
  task: DeliveryTask
  settlement: { nonce: bigint; facts: BatchFacts; votes: number; place: OutputProof }
  /** The digest's preimage; `status` by its number. */
  preimage: {
    status: number
    exitCode: number
    fuel: bigint
    stdoutDigest: Hex32
    outRoot: Hex32
  }
  /** An empty path for stdout, else that of a file below /out with its place. */
  content: { path: string; content: Hex; place: OutputProof }
}

/** Arguments of `Deliveries.deliver`, in the form that the ABI wants. */
export function deliverArgs({ task, settlement, preimage, content }: Delivery) {
  return [
    task,
    { ...settlement, place: placeOf(settlement.place) },
    preimage,
    { ...content, place: placeOf(content.place) },
  ] as const
}

const placeOf = ({ position, count, proof }: OutputProof) => ({
  position: BigInt(position),
  count: BigInt(count),
  proof,
})

/**
 * Brings a settled result to the contract that asked for it; anyone may. The transaction succeeds also
 * when the callback fails: event ResultDelivered says which.
 *
 * @throws {AlreadyDeliveredError} `ALREADY_DELIVERED`
 * @throws {ResultNotSettledError} `RESULT_NOT_SETTLED`
 * @throws {WrongContentError} `WRONG_CONTENT`
 * @see contracts/src/interfaces/IDeliveries.sol deliver
 */
export function deliverResult(
  client: WriteClient,
  delivery: Delivery,
  options?: SendOptions,
): Promise<TxHash> {
  return writeContract(
    client,
    { contract: 'deliveries', functionName: 'deliver', args: deliverArgs(delivery) },
    options,
  )
}
