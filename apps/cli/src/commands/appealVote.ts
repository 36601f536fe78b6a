import {
  type Hex32,
  InvalidInputError,
  type ResultDigest,
  resultDigest,
  taskId,
} from '@millrace/base'
import {
  commitJuryVote,
  readJuries,
  revealJuryVote,
  takeSeat,
  waitForSuccess,
} from '@millrace/chain'
import { juryBallot, juryBallotSalt, juryIdOf, UNABLE } from '@millrace/protocol'
import { walletOf } from '@millrace/sdk'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exitCodes.ts'
import { type AccountName, connectCloud } from '../home/connectCloud.ts'
import { readKeys } from '../home/keys.ts'

type Said = { as: AccountName; digest?: string; unable?: boolean }

/** `millrace appeal vote TASK --digest D`: as a juror, commits to what its own run gave. */
export async function appealVote(
  context: Context,
  [task = '']: string[],
  said: Said,
): Promise<ExitCode> {
  const { wallet, id, ballot } = await prepare(context, task, said)
  const { account, juryId, digest, salt } = ballot
  const commitment = juryBallot({ juryId, juror: account, digest, salt })
  await waitForSuccess(wallet, await commitJuryVote(wallet, { taskId: id, commitment }))
  context.out.result({ taskId: id, commitment }, () => context.t.appeal.voted({ task: id }))
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

/** `millrace appeal seat`: takes a seat among the jurors for a bonded worker. */
export async function appealSeat(
  context: Context,
  _: string[],
  { as }: { as: AccountName },
): Promise<ExitCode> {
  const { client, account } = await connectCloud(context, { as })
  const wallet = walletOf(client)
  await waitForSuccess(wallet, await takeSeat(wallet, {}))
  context.out.result({ juror: account }, () => context.t.appeal.seated({ account }))
  return EXIT.ok
}

async function prepare(context: Context, task: string, { as, digest, unable }: Said) {
  const { client, account } = await connectCloud(context, { as })
  const id = taskId(task, 'task')
  const juries = await readJuries(client.chain, id)
  const juryId = juryIdOf(id, Math.max(0, juries.length - 1))
  const ballot = {
    account,
    juryId,
    digest: unable === true ? UNABLE : digestOf(digest),
    salt: saltOf(context, as, juryId),
  }
  return { wallet: walletOf(client), id, ballot }
}

function digestOf(digest: string | undefined): ResultDigest {
  if (digest === undefined)
    throw new InvalidInputError({
      field: '--digest',
      value: digest,
      expected: 'the digest of your own run, or --unable',
    })
  return resultDigest(digest, '--digest')
}

/** Made of the key again at the reveal, so that nothing has to be kept. */
function saltOf({ home }: Context, as: AccountName, juryId: Hex32): Hex32 {
  const key = readKeys(home)[as]
  if (key === undefined)
    throw new InvalidInputError({ field: '--as', value: as, expected: 'an account of this folder' })
  return juryBallotSalt(key, juryId)
}
