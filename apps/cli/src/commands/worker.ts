import { join } from 'node:path'
import { address, InvalidInputError, wei } from '@millrace/base'
import { explainWorker, walletOf } from '@millrace/sdk'
import { addressOfKey, fundAccounts } from '../cloud/accounts.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exitCodes.ts'
import { connectCloud, contractsOf } from '../home/connectCloud.ts'
import { makeHome } from '../home/home.ts'
import { ensureKeys } from '../home/keys.ts'
import { createFileLogger } from '../services/fileLogger.ts'
import { parseCoins } from '../terminal/format.ts'
import { explanationText } from './job.ts'

const COIN = 10n ** 18n

/** `millrace worker start`: one more worker in this process, until Ctrl-C. */
export async function workerStart(
  context: Context,
  _: string[],
  { slots, name = 'worker-extra', bond }: { slots: string; name?: string; bond: string },
): Promise<ExitCode> {
  const { out, t, home, clock, random, signal } = context
  if (!/^[a-z][a-z0-9-]{1,40}$/.test(name))
    throw new InvalidInputError({ field: '--name', value: name, expected: 'a-z, 0-9 and -' })
  const bondCoins = parseCoins(bond, '--bond')
  const slotCount = parseSlots(slots)
  const treasury = await connectCloud(context, { as: 'treasury' })
  makeHome(home)
  const key = ensureKeys(home, [name], random)[name]
  if (key === undefined) throw new RangeError(`no key ${name}`)
  out.note(t.worker.starting({ name }))
  await fundAccounts(walletOf(treasury.client), [
    { account: addressOfKey(key), funding: { gas: 100n * COIN, free: bondCoins } },
  ])
  const { startWorkerService } = await import('../services/workerService.ts')
  const { file } = treasury
  const log = createFileLogger(join(home.logsDir, `${name}.log`), 'info', { service: name })
  const { info, closed } = await startWorkerService(
    {
      rpcUrl: file.rpcUrl,
      chainId: file.chainId,
      contracts: contractsOf(file),
      storageUrl: file.storageUrl,
      pool: address(file.pool ?? ''),
      poolUrl: file.poolUrl,
      dir: home.serviceDir(name),
      cacheDir: join(home.cacheDir, 'programs'),
      key,
      bond: wei(bondCoins).toString(),
      slots: slotCount,
    },
    { signal, log, clock, random },
  )
  const worker = String(info['worker'])
  const pool = file.pool ?? ''
  out.result({ worker, pool, name }, () => t.worker.started({ worker, pool }))
  await closed
  out.note(t.worker.stopped)
  return EXIT.ok
}

function parseSlots(text: string): number {
  if (/^\d{1,4}$/.test(text) && Number(text) >= 1) return Number(text)
  throw new InvalidInputError({
    field: '--slots',
    value: text,
    expected: 'a number from 1 to 4096',
  })
}

/** `millrace worker explain ADDRESS`: why it has no work. */
export async function workerExplain(context: Context, [worker = '']: string[]): Promise<ExitCode> {
  const { client, file } = await connectCloud(context)
  const explanation = await explainWorker(client, file.poolUrl, address(worker, 'worker'), {
    signal: context.signal,
  })
  context.out.result(explanation, () => explanationText(context, explanation))
  return EXIT.ok
}
