import { type TaskId, taskId } from '@millrace/base'
import { type Client, getAppeal, listAppeals, waitForIndex } from '@millrace/sdk'
import type { AppealRow } from '@millrace/wire'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exitCodes.ts'
import { connectCloud } from '../home/connectCloud.ts'
import { formatCoins, formatTime, shortHex } from '../terminal/format.ts'
import { alignRows } from '../terminal/receiptText.ts'
import { formatTable } from '../terminal/table.ts'

/** An appeal as it is after a block. */
export async function readAppealAt(client: Client, id: TaskId, block: number): Promise<AppealRow> {
  await waitForIndex(client, block)
  return getAppeal(client, id)
}

/** `millrace appeal show TASK` */
export async function appealShow(context: Context, [task = '']: string[]): Promise<ExitCode> {
  const { client } = await connectCloud(context)
  const { out, signal } = context
  const appeal = await getAppeal(client, taskId(task, 'task'), { signal })
  out.result(appeal, () => alignRows(rowsOf(context, appeal), out.paint))
  return EXIT.ok
}

function rowsOf({ t }: Context, appeal: AppealRow): [string, string][] {
  const words = t.appeal
  const coins = (amount: AppealRow['fee']) => t.receipt.coins(formatCoins(amount))
  const { payout } = appeal
  return [
    [words.task, appeal.taskId],
    [words.state, words.states[appeal.status] ?? appeal.status],
    [words.settled, appeal.digest],
    [words.verdict, appeal.verdict],
    [words.until, appeal.until === 0 ? '' : formatTime(appeal.until)],
    [words.fee, coins(appeal.fee)],
    ...appeal.juries.map(({ wanted, seats }, i): [string, string] => [
      words.jury({ number: i }),
      words.juryIs({
        wanted,
        revealed: seats.filter(({ state }) => state === 'revealed').length,
        jurors: seats.map(({ juror }) => juror).join(' '),
      }),
    ]),
    ...(payout === undefined ? [] : [[words.refund, coins(payout.refund)] as [string, string]]),
    [words.next, words.nextIs[appeal.status] ?? ''],
  ]
}

/** `millrace appeal ls` */
export async function appealLs(context: Context): Promise<ExitCode> {
  const { client } = await connectCloud(context)
  const { out, t, signal } = context
  const appeals = await listAppeals(client, {}, { signal })
  out.result({ appeals }, () =>
    appeals.length === 0
      ? t.appeal.none
      : formatTable(
          t.appeal.columns,
          appeals.map((appeal) => [
            appeal.taskId,
            t.appeal.states[appeal.status] ?? appeal.status,
            appeal.until === 0 ? '' : formatTime(appeal.until),
            shortHex(appeal.digest),
            shortHex(appeal.verdict),
          ]),
        ),
  )
  return EXIT.ok
}
