import { InvalidInputError, type TaskId, type TxHash, taskId } from '@millrace/base'
import {
  type AppealState,
  appealAgain,
  decideAppeal,
  drawAppealJury,
  endAppeal,
  openAppeal,
  readAppeal,
  readChanceBlock,
  readEvents,
  readJuries,
  readSettlement,
  showHeader,
  type WriteClient,
  waitForSuccess,
} from '@millrace/chain'
import { appealEvidence, type DealTerms, juryIdOf } from '@millrace/protocol'
import { type Client, readSettled, walletOf } from '@millrace/sdk'
import { zRequestOrder } from '@millrace/wire'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exitCodes.ts'
import { type AccountName, type Cloud, connectCloud } from '../home/connectCloud.ts'
import { knownDeals } from '../jobs/followJob.ts'
import { selectJob } from '../jobs/selectors.ts'
import { readAppealView } from './appealShow.ts'

type As = { as: AccountName }

/** `millrace appeal open JOB --task N`, or `millrace appeal open TASK --again` */
export async function appealOpen(
  context: Context,
  [selector = 'last']: string[],
  { task, again = false, as }: As & { task?: string; again?: boolean },
): Promise<ExitCode> {
  const { cloud, client, wallet } = await connect(context, as)
  const id = again ? taskId(selector, 'task') : await openFirst(context, cloud, { selector, task })
  if (again) await sent(wallet, appealAgain(wallet, { taskId: id }))
  return showAfter(context, client, id, context.t.appeal.opened({ task: id }))
}

async function openFirst(
  context: Context,
  cloud: Cloud,
  { selector, task }: { selector: string; task: string | undefined },
): Promise<TaskId> {
  const job = selectJob(context.db(), selector)
  const place = Number(task)
  if (task === undefined || !Number.isSafeInteger(place) || place < 0)
    throw new InvalidInputError({
      field: '--task',
      value: task,
      expected: 'place of a task of the job',
    })
  const { client } = cloud
  for (const deal of await knownDeals(context, cloud, job)) {
    const { tasks, batches } = await readSettled(client, deal, { fromBlock: deal.block })
    const settled = tasks.find(({ bagIndex }) => bagIndex === place)
    const batch = batches.find(({ nonce }) => nonce === settled?.nonce)
    if (settled === undefined || batch === undefined) continue
    const settlement = await readSettlement(client.chain, batch)
    const evidence = settlement && appealEvidence(settlement, settled.taskId)
    if (evidence === undefined) break
    const request = zRequestOrder.parse(job.record.signed.order)
    const wallet = walletOf(client)
    await sent(wallet, openAppeal(wallet, { terms: deal.terms, request, ...evidence }))
    return settled.taskId
  }
  throw new InvalidInputError({
    field: '--task',
    value: task,
    expected: 'a task that settled by votes; see: npx millrace job show',
  })
}

/** `millrace appeal draw TASK`: shows the header of the block that the jury waits for, and draws. */
export async function appealDraw(
  context: Context,
  [task = '']: string[],
  { as }: As,
): Promise<ExitCode> {
  const { client, wallet } = await connect(context, as)
  const id = taskId(task, 'task')
  const juries = await readJuries(client.chain, id)
  const number = await readChanceBlock(client.chain, juryIdOf(id, Math.max(0, juries.length - 1)))
  if (number !== 0) await sent(wallet, showHeader(wallet, { number }))
  await sent(wallet, drawAppealJury(wallet, { taskId: id }))
  return showAfter(context, client, id, context.t.appeal.drawn({ task: id }))
}

/** `millrace appeal decide TASK`: whatever is due: the end of a phase, or of the appeal. */
export async function appealDecide(
  context: Context,
  [task = '']: string[],
  { as }: As,
): Promise<ExitCode> {
  const { client, wallet } = await connect(context, as)
  const id = taskId(task, 'task')
  const appeal = await readAppeal(client.chain, id)
  const isLast = appeal.status === 'decided' || appeal.status === 'ruling'
  const hash = isLast
    ? endAppeal(wallet, { taskId: id, terms: await termsOf(client, appeal) })
    : decideAppeal(wallet, { taskId: id })
  await sent(wallet, hash)
  return showAfter(context, client, id, context.t.appeal.moved({ task: id }))
}

async function termsOf({ chain }: Client, { dealId }: AppealState): Promise<DealTerms> {
  const where = { dealId }
  const [event] = await readEvents(chain, {
    contract: 'market',
    name: 'OrdersMatched',
    where,
    fromBlock: 0,
  })
  if (event === undefined)
    throw new InvalidInputError({ field: 'deal', value: dealId, expected: 'a deal of this chain' })
  return event.args.terms
}

async function connect(
  context: Context,
  as: AccountName,
): Promise<{ cloud: Cloud; client: Client; wallet: WriteClient }> {
  const cloud = await connectCloud(context, { as })
  return { cloud, client: cloud.client, wallet: walletOf(cloud.client) }
}

async function sent(wallet: WriteClient, hash: Promise<TxHash>): Promise<void> {
  await waitForSuccess(wallet, await hash)
}

async function showAfter(
  { out, t }: Context,
  client: Client,
  id: TaskId,
  line: string,
): Promise<ExitCode> {
  const view = await readAppealView(client, id)
  out.result(view, () => `${line}\n${t.appeal.nextIs[view.status] ?? ''}`.trimEnd())
  return EXIT.ok
}
