import { InvalidInputError, type TaskId, type TxHash, taskId, wei } from '@millrace/base'
import {
  appealAgain,
  decideAppeal,
  drawAppealJury,
  endAppeal,
  openAppeal,
  readChanceBlock,
  readJuries,
  readSettlement,
  showHeader,
  showVoters,
  transferGas,
  type WriteClient,
  waitForSuccess,
} from '@millrace/chain'
import { appealEvidence, juryIdOf } from '@millrace/protocol'
import { type Client, getAppeal, getBatch, getDeal, readSettled, walletOf } from '@millrace/sdk'
import { zRequestOrder } from '@millrace/wire'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exitCodes.ts'
import { type AccountName, type Cloud, connectCloud } from '../home/connectCloud.ts'
import { knownDeals } from '../jobs/followJob.ts'
import { selectJob } from '../jobs/selectors.ts'
import { readAppealAt } from './appealShow.ts'

type As = { as: AccountName }

/** After so long without a block nobody else will make one. */
const QUIET_MS = 1000

/** `millrace appeal open JOB --task N`, or `millrace appeal open TASK --again` */
export async function appealOpen(
  context: Context,
  [selector = 'last']: string[],
  { task, again = false, as }: As & { task?: string; again?: boolean },
): Promise<ExitCode> {
  const { cloud, client, wallet } = await connect(context, as)
  const { id, block } = again
    ? await openAgain(wallet, taskId(selector, 'task'))
    : await openFirst(context, cloud, { selector, task })
  return showAfter(context, client, { id, block, line: context.t.appeal.opened({ task: id }) })
}

async function openAgain(wallet: WriteClient, id: TaskId): Promise<{ id: TaskId; block: number }> {
  return { id, block: await sent(wallet, appealAgain(wallet, { taskId: id })) }
}

async function openFirst(
  context: Context,
  cloud: Cloud,
  { selector, task }: { selector: string; task: string | undefined },
): Promise<{ id: TaskId; block: number }> {
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
    const opened = openAppeal(wallet, { terms: deal.terms, request, ...evidence })
    return { id: settled.taskId, block: await sent(wallet, opened) }
  }
  throw new InvalidInputError({
    field: '--task',
    value: task,
    expected: 'a task that settled by votes; see: npx millrace job show',
  })
}

/** `millrace appeal join TASK`: shows the votes on it that nobody has shown yet. */
export async function appealJoin(
  context: Context,
  [task = '']: string[],
  { as }: As,
): Promise<ExitCode> {
  const { client, wallet } = await connect(context, as)
  const id = taskId(task, 'task')
  const { dealId, pool, nonce, voters: known } = await getAppeal(client, id)
  const [{ terms }, { settleTx }] = await Promise.all([
    getDeal(client, dealId),
    getBatch(client, { pool, nonce }),
  ])
  const settlement =
    settleTx && (await readSettlement(client.chain, { txHash: settleTx, pool, nonce }))
  const evidence = settlement && appealEvidence(settlement, id)
  const voters = (evidence?.voters ?? []).filter(
    ({ worker }) => !known.some((voter) => voter.worker === worker),
  )
  if (settlement === undefined || voters.length === 0)
    throw new InvalidInputError({
      field: 'task',
      value: id,
      expected: 'an appeal with votes that are not shown yet',
    })
  const { facts } = settlement
  const block = await sent(wallet, showVoters(wallet, { taskId: id, terms, facts, voters }))
  const line = context.t.appeal.joined({ task: id, voters: voters.length })
  return showAfter(context, client, { id, block, line })
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
  if (number !== 0) await showBlock(wallet, number)
  const block = await sent(wallet, drawAppealJury(wallet, { taskId: id }))
  return showAfter(context, client, { id, block, line: context.t.appeal.drawn({ task: id }) })
}

/** A chain that makes no blocks by itself is given something to make them of. */
async function showBlock(wallet: WriteClient, number: number): Promise<void> {
  const head = async () => Number(await wallet.rpc<string>('eth_blockNumber'))
  for (let seen = await head(); seen <= number; ) {
    await wallet.clock.sleep(QUIET_MS)
    const next = await head()
    if (next === seen)
      await sent(wallet, transferGas(wallet, { to: wallet.address, amount: wei(0n) }))
    seen = await head()
  }
  await sent(wallet, showHeader(wallet, { number }))
}

/** `millrace appeal decide TASK`: ends a phase whose time is over. */
export async function appealDecide(
  context: Context,
  [task = '']: string[],
  { as }: As,
): Promise<ExitCode> {
  const { client, wallet } = await connect(context, as)
  const id = taskId(task, 'task')
  const block = await sent(wallet, decideAppeal(wallet, { taskId: id }))
  return showAfter(context, client, { id, block, line: context.t.appeal.moved({ task: id }) })
}

/** `millrace appeal close TASK`: ends an appeal whose verdict is final, with all its money. */
export async function appealClose(
  context: Context,
  [task = '']: string[],
  { as }: As,
): Promise<ExitCode> {
  const { client, wallet } = await connect(context, as)
  const id = taskId(task, 'task')
  const { dealId } = await getAppeal(client, id)
  const { terms } = await getDeal(client, dealId)
  const block = await sent(wallet, endAppeal(wallet, { taskId: id, terms }))
  return showAfter(context, client, { id, block, line: context.t.appeal.closed({ task: id }) })
}

async function connect(
  context: Context,
  as: AccountName,
): Promise<{ cloud: Cloud; client: Client; wallet: WriteClient }> {
  const cloud = await connectCloud(context, { as })
  return { cloud, client: cloud.client, wallet: walletOf(cloud.client) }
}

/** @returns Block that it is in. */
async function sent(wallet: WriteClient, hash: Promise<TxHash>): Promise<number> {
  return (await waitForSuccess(wallet, await hash)).blockNumber
}

async function showAfter(
  { out, t }: Context,
  client: Client,
  { id, block, line }: { id: TaskId; block: number; line: string },
): Promise<ExitCode> {
  const appeal = await readAppealAt(client, id, block)
  out.result(appeal, () => `${line}\n${t.appeal.nextIs[appeal.status] ?? ''}`.trimEnd())
  return EXIT.ok
}
