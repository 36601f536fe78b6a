import type { Hex32, OrderHash, TaskId, TxHash } from '@millrace/base'
import {
  type Delivery,
  deliverFailure,
  deliverResult,
  hashDelivered,
  isEvent,
  readAppeal,
  readDeal,
  readDelivery,
  readEvents,
  retryResult,
  waitForSuccess,
} from '@millrace/chain'
import { hashTask, isUpheld, type RequestOrder } from '@millrace/protocol'
import { buildDelivery, requireRequest, resultOf } from './buildDelivery.ts'
import { type Client, walletOf } from './client.ts'
import type { FollowedDeal } from './settlements.ts'
import {
  type CallbackSimulation,
  type FailureReason,
  type SimulateCallbackParameters,
  simulateCallback,
} from './simulateCallback.ts'

/** What can be brought to a task's callback now. */
export type TaskOutcome = 'delivered' | 'result' | 'failure' | 'nothing'

export type DeliverTaskOptions = {
  request?: RequestOrder | undefined
  /** File below /out to deliver; stdout unless given. */
  path?: string | undefined
  /** Sends also what would fail in its callback: the result is then kept for `retry`. Default false. */
  force?: boolean | undefined
  signal?: AbortSignal | undefined
}

export type TaskDelivery = {
  outcome: TaskOutcome
  /** Of the call that was tried before sending; absent when there was nothing to call. */
  simulation?: CallbackSimulation
  /** Absent when nothing was sent. */
  sent?: {
    txHash: TxHash
    isCalled: boolean
    gasUsed: bigint
    kind: 'deliver' | 'retry' | 'failure'
  }
}

/**
 * Brings a task to its callback as far as it can be: its result, a result that waits since a failed callback, or
 * the news that there is none. Tries it first and sends nothing that would fail, unless forced.
 *
 * @throws {RequestUnknownError} {@link ResultMissingError}
 */
export async function deliverTask(
  client: Client,
  deal: FollowedDeal,
  index: number,
  options: DeliverTaskOptions = {},
): Promise<TaskDelivery> {
  const { path, signal } = options
  const { isDelivered, pending } = await readDelivery(
    client.chain,
    { dealId: deal.dealId, index },
    only(signal),
  )
  const fate = await fateOf(client, hashTask(deal.dealId, index), signal)
  if (isDelivered && (fate !== 'fell' || (await isFailureTold(client, deal, index, signal))))
    return { outcome: 'delivered' }
  // Neither what is at issue nor what fell is handed out.
  if (fate === 'open') return { outcome: 'nothing' }
  const request = options.request ?? (await requireRequest(client, deal, signal))
  const task = { client, deal, index, request, force: options.force === true, signal }
  if (fate === 'fell') return bringFailure(task, 'overturned')
  const delivery = await buildDelivery(client, deal, index, { request, path, signal })
  if (delivery !== undefined) return bringResult(task, delivery, pending)
  const { status } = await readDeal(client.chain, deal.dealId, only(signal))
  return status === 'closed' ? bringFailure(task, 'expired') : { outcome: 'nothing' }
}

/** What became of a task's appeal. */
async function fateOf(
  { chain }: Client,
  taskId: TaskId,
  signal: AbortSignal | undefined,
): Promise<'none' | 'open' | 'stood' | 'fell'> {
  const { status, digest, verdict } = await readAppeal(chain, taskId, only(signal))
  if (status === 'none') return 'none'
  if (status !== 'closed') return 'open'
  return isUpheld(digest, verdict) ? 'stood' : 'fell'
}

/** Whether the contract has heard that the result fell, besides the result itself. */
async function isFailureTold(
  { chain }: Client,
  { dealId, block }: FollowedDeal,
  index: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const told = await readEvents(
    chain,
    {
      contract: 'deliveries',
      name: 'FailureDelivered',
      where: { dealId, index },
      fromBlock: block,
    },
    only(signal),
  )
  return told.some(({ args }) => args.isCalled)
}

type Bringing = {
  client: Client
  deal: FollowedDeal
  index: number
  request: RequestOrder
  force: boolean
  signal: AbortSignal | undefined
}

async function bringFailure(task: Bringing, reason: FailureReason): Promise<TaskDelivery> {
  const { client, deal, index, request, force, signal } = task
  const simulation = await tryCallback(task, { failure: reason })
  if (!simulation.isCalled && !force) return { outcome: 'failure', simulation }
  const told = { terms: deal.terms, request, index }
  const txHash = await deliverFailure(walletOf(client), told, only(signal))
  return { outcome: 'failure', simulation, sent: await report(task, txHash, 'failure') }
}

async function bringResult(
  task: Bringing,
  delivery: Delivery,
  pending: Hex32 | undefined,
): Promise<TaskDelivery> {
  const { client, deal, index, force, signal } = task
  const wallet = walletOf(client)
  const result = resultOf(delivery)
  const simulation = await tryCallback(task, { result })
  if (!simulation.isCalled && !force) return { outcome: 'result', simulation }
  if (pending !== undefined && pending === hashDelivered(result)) {
    const txHash = await retryResult(wallet, { task: delivery.task, result }, only(signal))
    return { outcome: 'result', simulation, sent: await report(task, txHash, 'retry') }
  }
  // The first delivery is sent once, however often whoever sends it is killed.
  const id = pending === undefined && !force ? `deliver ${hashTask(deal.dealId, index)}` : undefined
  const txHash = await deliverResult(wallet, delivery, { id, signal })
  return { outcome: 'result', simulation, sent: await report(task, txHash, 'deliver') }
}

function tryCallback(
  { client, deal, index, request, signal }: Bringing,
  outcome: SimulateCallbackParameters['outcome'],
): Promise<CallbackSimulation> {
  const { dealId, terms } = deal
  const requestHash = terms.requestHash as OrderHash
  const task = { requestHash, bagIndex: terms.firstIndex + BigInt(index), dealId, index }
  const { callback } = terms
  const { callbackGas } = request
  return simulateCallback(client, { callback, callbackGas, task, outcome }, only(signal))
}

async function report(
  { client, signal }: Bringing,
  txHash: TxHash,
  kind: 'deliver' | 'retry' | 'failure',
): Promise<NonNullable<TaskDelivery['sent']>> {
  const receipt = await waitForSuccess(walletOf(client), txHash, { signal })
  const isCalled = receipt.events.some(
    (event) =>
      (isEvent(event, 'ResultDelivered') || isEvent(event, 'FailureDelivered')) &&
      event.args.isCalled,
  )
  return { txHash: receipt.txHash, isCalled, gasUsed: receipt.gasUsed, kind }
}

const only = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { signal })
