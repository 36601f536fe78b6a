import {
  type Hex32,
  InvalidInputError,
  type ResultDigest,
  resultDigest,
  type TaskId,
  taskId,
  wei,
} from '@millrace/base'
import {
  bond,
  commitJuryVote,
  readJuries,
  readStanding,
  revealJuryVote,
  takeSeat,
  waitForSuccess,
} from '@millrace/chain'
import { juryBallot, juryBallotSalt, juryIdOf, UNABLE } from '@millrace/protocol'
import { type Client, findApp, getAppeal, getDeal, readManifest, walletOf } from '@millrace/sdk'
import { contentToCid } from '@millrace/storage/client'
import { addressOfKey, fundAccounts } from '../cloud/accounts.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exitCodes.ts'
import { type AccountName, connectCloud } from '../home/connectCloud.ts'
import { ensureKeys, readKeys } from '../home/keys.ts'
import { withReruns } from '../jobs/rerunTask.ts'
import { parseCoins } from '../terminal/format.ts'

const COIN = 10n ** 18n

type Said = { as: AccountName; digest?: string; unable?: boolean }

/** `millrace appeal vote TASK`: as a juror, runs the task once more here and commits to what that gave. */
export async function appealVote(
  context: Context,
  [task = '']: string[],
  said: Said,
): Promise<ExitCode> {
  const { wallet, id, ballot } = await prepare(context, task, said)
  const { account, juryId, digest, salt } = ballot
  const commitment = juryBallot({ juryId, juror: account, digest, salt })
  await waitForSuccess(wallet, await commitJuryVote(wallet, { taskId: id, commitment }))
  context.out.result({ taskId: id, digest, commitment }, () => context.t.appeal.voted({ task: id }))
  return EXIT.ok
}

/** `millrace appeal reveal TASK --digest D`: shows what was committed to. */
export async function appealReveal(
  context: Context,
  [task = '']: string[],
  said: Said,
): Promise<ExitCode> {
  const { wallet, id, ballot } = await prepare(context, task, said)
  const { digest, salt } = ballot
  await waitForSuccess(wallet, await revealJuryVote(wallet, { taskId: id, digest, salt }))
  context.out.result({ taskId: id, digest }, () => context.t.appeal.revealed({ task: id }))
  return EXIT.ok
}

/** `millrace appeal seat`: takes a seat among the jurors; with `--bond`, for an account that is made and bonded first. */
export async function appealSeat(
  context: Context,
  _: string[],
  { as, bond: coins }: { as: AccountName; bond?: string },
): Promise<ExitCode> {
  if (coins !== undefined) await makeWorker(context, as, parseCoins(coins, '--bond'))
  const { client, account } = await connectCloud(context, { as })
  const wallet = walletOf(client)
  await waitForSuccess(wallet, await takeSeat(wallet, {}))
  context.out.result({ juror: account }, () => context.t.appeal.seated({ account }))
  return EXIT.ok
}

/** Out of the treasury of a local cloud: the bond, and as much again for the stake of the seat. */
async function makeWorker(context: Context, name: AccountName, amount: bigint): Promise<void> {
  const treasury = await connectCloud(context, { as: 'treasury' })
  const key = ensureKeys(context.home, [name], context.random)[name] as Hex32
  const account = addressOfKey(key)
  await fundAccounts(walletOf(treasury.client), [
    { account, funding: { gas: 100n * COIN, free: 2n * amount } },
  ])
  const { client } = await connectCloud(context, { as: name })
  if ((await readStanding(client.chain, account)).bond > 0n) return
  const wallet = walletOf(client)
  await waitForSuccess(wallet, await bond(wallet, { amount: wei(amount) }))
}

async function prepare(context: Context, task: string, { as, digest, unable }: Said) {
  const { client, account } = await connectCloud(context, { as })
  const id = taskId(task, 'task')
  const juries = await readJuries(client.chain, id)
  const juryId = juryIdOf(id, Math.max(0, juries.length - 1))
  const ballot = {
    account,
    juryId,
    digest: unable === true ? UNABLE : await digestOf(context, client, id, digest),
    salt: saltOf(context, as, juryId),
  }
  return { wallet: walletOf(client), id, ballot }
}

/** What was given, else what a run on this machine gives. */
async function digestOf(
  context: Context,
  client: Client,
  id: TaskId,
  given: string | undefined,
): Promise<ResultDigest> {
  if (given !== undefined) return resultDigest(given, '--digest')
  const { dealId, index } = await getAppeal(client, id)
  const { terms } = await getDeal(client, dealId)
  const { manifestCid } = await findApp(client, terms.app)
  const { manifest } = await readManifest(client, manifestCid)
  const bagCid = contentToCid({ content: terms.bag, codec: terms.bagCodec })
  const source = { manifest, bagCid, dataset: terms.dataset }
  const bagIndex = Number(terms.firstIndex) + index
  return withReruns(context, client, source, (rerun) => rerun({ taskId: id, bagIndex }))
}

/** Made of the key again at the reveal, so that nothing has to be kept. */
function saltOf({ home }: Context, as: AccountName, juryId: Hex32): Hex32 {
  const key = readKeys(home)[as]
  if (key === undefined)
    throw new InvalidInputError({ field: '--as', value: as, expected: 'an account of this folder' })
  return juryBallotSalt(key, juryId)
}
