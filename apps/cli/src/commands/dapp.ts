import { readFileSync } from 'node:fs'
import { address, dealId, type Hex, hexToBytes, InvalidInputError } from '@millrace/base'
import { readDelivery, readReceipt } from '@millrace/chain'
import {
  type CallbackSimulation,
  deliverTask,
  type FollowedDeal,
  getDeal,
  printedResult,
  simulateCall,
  type TaskDelivery,
} from '@millrace/sdk'
import type { Abi } from 'viem'
import type { Context } from '../context.ts'
import { NothingWaitsError } from '../errors.ts'
import { EXIT, type ExitCode } from '../exitCodes.ts'
import { type Cloud, connectCloud } from '../home/connectCloud.ts'
import { produceHere } from '../jobs/produceHere.ts'
import { alignRows } from '../terminal/receiptText.ts'

// What an author of a contract needs that buys computations: docs/guides/dapp.md.

const MAX_SHOWN = 400

type SimulateOptions = { from?: string; prints?: string; abi?: string }

/** `millrace dapp simulate CONTRACT DATA` */
export async function dappSimulate(
  context: Context,
  [contract = '', data = '']: string[],
  { from, prints, abi: abiFile }: SimulateOptions,
): Promise<ExitCode> {
  const cloud = await connectCloud(context)
  const to = address(contract, 'contract')
  const call = {
    from: from === undefined ? cloud.account : address(from, '--from'),
    to,
    data: hexData(data),
  }
  const produce =
    prints === undefined ? produceHere(context, cloud) : () => printedResult(`${prints}\n`)
  const abi = abiFile === undefined ? undefined : readAbi(abiFile)
  const found = await simulateCall(
    cloud.client,
    { call, produce, ...(abi === undefined ? {} : { abi }) },
    { signal: context.signal },
  )
  const { t, out } = context
  const { requestHash, request, callGas, result, callback } = found
  out.result({ requestHash, request, callGas, result, callback }, () =>
    alignRows(
      [
        [t.dapp.request, requestHash],
        [t.dapp.callGas, callGas.toString()],
        [t.dapp.program, t.dapp.programIs({ status: result.status, exitCode: result.exitCode })],
        [t.dapp.content, textOf(result.content)],
        ...callbackRows(context, callback, request.callbackGas),
      ],
      out.paint,
    ),
  )
  return callback.isCalled ? EXIT.ok : EXIT.failed
}

/** `millrace dapp deliver DEAL INDEX` */
export async function dappDeliver(
  context: Context,
  [id = '', index = '']: string[],
  { file, force }: { file?: string; force?: boolean },
): Promise<ExitCode> {
  const { cloud, deal, place } = await taskOf(context, id, index)
  const delivery = await deliverTask(cloud.client, deal, place, {
    path: file,
    force: force === true,
    signal: context.signal,
  })
  return show(context, delivery)
}

/** `millrace dapp retry DEAL INDEX`: repeats a callback that failed, with the result that waits. */
export async function dappRetry(
  context: Context,
  [id = '', index = '']: string[],
  { file }: { file?: string },
): Promise<ExitCode> {
  const { cloud, deal, place } = await taskOf(context, id, index)
  const { pending } = await readDelivery(
    cloud.client.chain,
    { dealId: deal.dealId, index: place },
    { signal: context.signal },
  )
  if (pending === undefined) throw new NothingWaitsError({ deal: deal.dealId, index: place })
  const options = { path: file, signal: context.signal }
  return show(context, await deliverTask(cloud.client, deal, place, options))
}

async function taskOf(
  context: Context,
  id: string,
  index: string,
): Promise<{ cloud: Cloud; deal: FollowedDeal; place: number }> {
  const cloud = await connectCloud(context)
  const { signal } = context
  const { terms, txHash, ...row } = await getDeal(cloud.client, dealId(id, 'deal'), { signal })
  const place = Number(index)
  if (!/^\d+$/.test(index) || place >= terms.volume)
    throw new InvalidInputError({
      field: 'index',
      value: index,
      expected: `a task of the deal, 0 to ${terms.volume - 1}`,
    })
  const receipt = await readReceipt(cloud.client.chain, txHash, { signal })
  const deal = { dealId: row.dealId, terms, txHash, block: receipt?.blockNumber ?? 0 }
  return { cloud, deal, place }
}

function show(context: Context, { outcome, simulation, sent }: TaskDelivery): ExitCode {
  const { t, out } = context
  out.result({ outcome, simulation, sent }, () =>
    alignRows(
      [
        [t.dapp.outcome, t.dapp.outcomes[outcome] ?? outcome],
        ...(simulation === undefined ? [] : callbackRows(context, simulation)),
        ...(sent === undefined
          ? []
          : ([
              [t.dapp.transaction, sent.txHash],
              [t.dapp.sentGas, sent.gasUsed.toString()],
            ] as [string, string][])),
      ],
      out.paint,
    ),
  )
  const isDone = outcome === 'delivered' || sent?.isCalled === true
  return isDone ? EXIT.ok : EXIT.failed
}

function callbackRows(
  { t }: Context,
  { isCalled, gasUsed, reason, logs }: CallbackSimulation,
  limit?: number,
): [string, string][] {
  const gas = limit === undefined ? gasUsed.toString() : `${gasUsed} / ${limit}`
  return [
    [t.dapp.callback, isCalled ? t.dapp.returns : t.dapp.fails({ reason: reason ?? '' })],
    [t.dapp.callbackGas, gas],
    [t.dapp.events, String(logs.length)],
  ]
}

/** What a result holds, as far as it is text; a long one is cut. */
function textOf(content: Hex): string {
  const text = new TextDecoder().decode(hexToBytes(content)).trimEnd()
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}...` : text
}

function hexData(text: string): Hex {
  if (/^0x([0-9a-fA-F]{2})*$/.test(text)) return text.toLowerCase() as Hex
  throw new InvalidInputError({
    field: 'data',
    value: text,
    expected: 'the bytes of a call, such as cast calldata prints them',
  })
}

/** An ABI, or an artifact of forge or solc that holds one. */
function readAbi(path: string): Abi {
  const found: unknown = JSON.parse(readFileSync(path, 'utf8'))
  const abi = Array.isArray(found) ? found : (found as { abi?: unknown }).abi
  if (Array.isArray(abi)) return abi as Abi
  throw new InvalidInputError({ field: '--abi', value: path, expected: 'an ABI in JSON' })
}
