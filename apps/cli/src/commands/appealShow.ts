import { type TaskId, taskId } from '@millrace/base'
import {
  type AppealState,
  type JuryState,
  readAppeal,
  readEvents,
  readJuries,
} from '@millrace/chain'
import type { Client } from '@millrace/sdk'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exitCodes.ts'
import { connectCloud } from '../home/connectCloud.ts'
import { formatCoins, formatTime, shortHex } from '../terminal/format.ts'
import { alignRows } from '../terminal/receiptText.ts'
import { formatTable } from '../terminal/table.ts'

export type AppealView = AppealState & { taskId: TaskId; juries: JuryState[] }

export async function readAppealView({ chain }: Client, id: TaskId): Promise<AppealView> {
  const [appeal, juries] = await Promise.all([readAppeal(chain, id), readJuries(chain, id)])
  return { taskId: id, ...appeal, juries }
}

/** `millrace appeal show TASK` */
export async function appealShow(context: Context, [task = '']: string[]): Promise<ExitCode> {
  const { client } = await connectCloud(context)
  const view = await readAppealView(client, taskId(task, 'task'))
  const { out, t } = context
  const words = t.appeal
  out.result(view, () =>
    alignRows(
      [
        [words.task, view.taskId],
        [words.state, words.states[view.status] ?? view.status],
        [words.settled, view.digest],
        [words.verdict, view.verdict],
        [words.until, view.until === 0 ? '' : formatTime(view.until)],
        [words.fee, t.receipt.coins(formatCoins(view.fee))],
        ...view.juries.map(({ wanted, revealed, seats }, i): [string, string] => [
          words.jury({ number: i }),
          words.juryIs({ wanted, revealed, jurors: seats.join(' ') }),
        ]),
        [words.next, words.nextIs[view.status] ?? ''],
      ],
      out.paint,
    ),
  )
  return EXIT.ok
}

/** `millrace appeal ls` */
export async function appealLs(context: Context): Promise<ExitCode> {
  const { client } = await connectCloud(context)
  const opened = await readEvents(client.chain, {
    contract: 'appeals',
    name: 'AppealOpened',
    where: {},
    fromBlock: 0,
  })
  const views = await Promise.all(opened.map(({ args }) => readAppealView(client, args.taskId)))
  const { out, t } = context
  out.result(views.toReversed(), () =>
    views.length === 0
      ? t.appeal.none
      : formatTable(
          t.appeal.columns,
          views
            .toReversed()
            .map((view) => [
              view.taskId,
              t.appeal.states[view.status] ?? view.status,
              view.until === 0 ? '' : formatTime(view.until),
              shortHex(view.digest),
              shortHex(view.verdict),
            ]),
        ),
  )
  return EXIT.ok
}
