import type { JobReceipt } from '@millrace/sdk'
import type { Messages } from '../language/messages.ts'
import { formatCoins, formatCount, formatDuration, formatTrust, shortHex } from './format.ts'
import type { Paint } from './output.ts'
import { displayWidth } from './table.ts'

/** What a receipt says beyond the chain's part. */
export type ReceiptFacts = {
  number: number
  appName: string
  dir: string
  assembled: readonly string[]
  /** From the order to the last verified byte; absent when the job was only looked at again. */
  tookSec: number | undefined
  ok: number
  failed: number
  unverified: number
}

/** The receipt as lines: name and value, aligned. */
export function receiptText(
  receipt: JobReceipt,
  facts: ReceiptFacts,
  { t, paint }: { t: Messages; paint: Paint },
): string {
  const r = t.receipt
  const rows: [string, string][] = [
    [r.job, `${facts.number} (${shortHex(receipt.request)})  ${facts.appName}`],
    [r.tasks, tasksText(receipt, facts, { t, paint })],
    ...receipt.deals.map(({ dealId, pool }): [string, string] => [
      r.deal,
      `${dealId}  ${r.ofPool(shortHex(pool))}`,
    ]),
    ...receipt.workers.map(({ worker, tasks, reward, faults }): [string, string] => [
      r.worker,
      r.workerDid({ worker, tasks, reward: formatCoins(reward), faults }),
    ]),
    ...receipt.payments
      .filter(({ role }) => role !== 'worker')
      .map(({ role, to, amount }): [string, string] => [
        r.roles[role],
        `${to}  ${r.coins(formatCoins(amount))}`,
      ]),
    [r.paid, r.coins(formatCoins(receipt.paid))],
  ]
  if (receipt.refunded > 0n) rows.push([r.refunded, r.coins(formatCoins(receipt.refunded))])
  if (receipt.compensation > 0n)
    rows.push([r.compensation, r.coins(formatCoins(receipt.compensation))])
  rows.push([
    r.gas,
    r.gasOf({
      total: formatCount(receipt.gas.total),
      perTask: formatCount(receipt.gas.perTask),
      match: formatCount(receipt.gas.match),
    }),
  ])
  if (receipt.tasks.settled > 0) rows.push([r.trust, trustText(receipt, t)])
  if (receipt.digest !== undefined) rows.push([r.digest, receipt.digest])
  if (facts.tookSec !== undefined) rows.push([r.took, formatDuration(facts.tookSec)])
  rows.push(...facts.assembled.map((file): [string, string] => [r.assembled, paint.bold(file)]))
  rows.push([r.results, facts.dir])
  return alignRows(rows, paint)
}

function tasksText(
  { tasks }: JobReceipt,
  { ok, failed, unverified }: ReceiptFacts,
  { t, paint }: { t: Messages; paint: Paint },
): string {
  const r = t.receipt
  const parts = [r.settledOf({ settled: tasks.settled, asked: tasks.asked })]
  if (ok > 0) parts.push(paint.good(r.ok(ok)))
  if (failed > 0) parts.push(paint.bad(r.failed(failed)))
  if (unverified > 0) parts.push(paint.bad(r.unverified(unverified)))
  return parts.join(', ')
}

function trustText({ trust }: JobReceipt, t: Messages): string {
  if (trust.asked === 0) return t.receipt.trustNone
  return t.receipt.trustOf({
    asked: formatTrust(trust.asked),
    atLeast: formatTrust(trust.atLeast),
    replicas: Math.round(trust.replicas * 10) / 10,
  })
}

/** Names right-padded to one width; wide characters count double. */
export function alignRows(rows: readonly [string, string][], paint: Paint): string {
  const width = Math.max(...rows.map(([name]) => displayWidth(name)))
  return rows
    .map(
      ([name, value]) => `  ${paint.dim(name)}${' '.repeat(width - displayWidth(name))}  ${value}`,
    )
    .join('\n')
}
