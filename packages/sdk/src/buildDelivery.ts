import { bytesToHex, type Hex32, type UnixSeconds, unixSeconds } from '@millrace/base'
import { type DeliveredResult, type Delivery, readRequest } from '@millrace/chain'
import {
  hashTask,
  proveOutput,
  RESULT_STATUS,
  type RequestOrder,
  type RunOutput,
  summariseOutput,
} from '@millrace/protocol'
import type { Client } from './client.ts'
import { RequestUnknownError } from './errors.ts'
import { fetchResult } from './fetchResult.ts'
import { proveSettlement } from './proveSettlement.ts'
import { type FollowedDeal, readLocations } from './settlements.ts'

export type BuildDeliveryOptions = {
  /** The request, when whoever calls has it; else it is looked for on chain. */
  request?: RequestOrder | undefined
  /** File below /out to deliver; stdout unless given. */
  path?: string | undefined
  /** Most bytes of the result archive; 16 MiB unless given. Calldata ends far below. */
  maxBytes?: number | undefined
  signal?: AbortSignal | undefined
}

const MAX_ARCHIVE_BYTES = 16 * 1024 * 1024
const NO_PLACE = { position: 0, count: 0, proof: [] }

/**
 * Everything that brings a settled task to its callback: request, settlement, digest and bytes, each checked
 * here as the chain will check it. Undefined while the task has not settled.
 *
 * @throws {RequestUnknownError} {@link ResultMissingError} {@link ResultMismatchError}
 */
export async function buildDelivery(
  client: Client,
  deal: FollowedDeal,
  index: number,
  { request, path = '', maxBytes = MAX_ARCHIVE_BYTES, signal }: BuildDeliveryOptions = {},
): Promise<Delivery | undefined> {
  const proven = await proveSettlement(client, deal, index, { signal })
  if (proven === undefined) return undefined
  const { digest, settlement } = proven
  const taskId = hashTask(deal.dealId, index)
  const places = await readLocations(client, proven, signal === undefined ? {} : { signal })
  const task = {
    dealId: deal.dealId,
    taskId,
    index,
    bagIndex: Number(deal.terms.firstIndex) + index,
    digest,
    cid: places.get(taskId),
    pool: deal.terms.pool,
    nonce: settlement.nonce,
  }
  const [order, { output }] = await Promise.all([
    request ?? requireRequest(client, deal, signal),
    fetchResult(client, task, { maxBytes, signal }),
  ])
  const { status, exitCode, fuel, stdoutSha256, outRoot } = summariseOutput(output, client.sha256)
  return {
    task: { terms: deal.terms, request: order, index },
    settlement,
    preimage: {
      status: RESULT_STATUS[status],
      exitCode,
      fuel,
      stdoutDigest: stdoutSha256,
      outRoot,
    },
    content: contentOf(client, output, path),
  }
}

/** The request of a deal, from the chain. @throws {RequestUnknownError} */
export async function requireRequest(
  client: Pick<Client, 'chain'>,
  { terms, txHash }: Pick<FollowedDeal, 'terms' | 'txHash'>,
  signal?: AbortSignal | undefined,
): Promise<RequestOrder> {
  const options = signal === undefined ? {} : { signal }
  const where = { requestHash: terms.requestHash as never, matchTx: txHash }
  const order = await readRequest(client.chain, where, options)
  if (order === undefined) throw new RequestUnknownError({ request: terms.requestHash })
  return order
}

function contentOf(
  { sha256 }: Pick<Client, 'sha256'>,
  { stdout, files }: RunOutput,
  path: string,
): Delivery['content'] {
  if (path === '') return { path, content: bytesToHex(stdout), place: NO_PLACE }
  const outputs = files.map(({ path, bytes }) => ({
    path,
    sizeBytes: bytes.length,
    sha256: bytesToHex(sha256(bytes)) as Hex32,
  }))
  const place = proveOutput(outputs, path)
  const bytes = files.find((file) => file.path === path)?.bytes ?? new Uint8Array(0)
  return { path, content: bytesToHex(bytes), place }
}

/** What the callback gets of a delivery, as `retry` wants it. */
export function resultOf({ task, settlement, preimage, content }: Delivery): DeliveredResult {
  const { status, exitCode, fuel } = preimage
  const finalAt: UnixSeconds = unixSeconds(settlement.facts.settledAt + task.terms.maturitySec)
  return { status, exitCode, fuel, finalAt, path: content.path, content: content.content }
}
