import { InvalidInputError } from '@millrace/base'
import { buildRequest, packBag } from '@millrace/sdk'
import { memoryBlobStore } from '@millrace/storage'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exitCodes.ts'
import { connectCloud } from '../home/connectCloud.ts'
import { namesLocalApp } from '../jobs/appSource.ts'
import { askMarket, DEFAULT_DEADLINE } from '../jobs/askMarket.ts'
import { offersText } from '../jobs/offersText.ts'
import { parseWeights } from '../jobs/offerWeights.ts'
import { resolveApp } from '../jobs/submitJob.ts'
import { parseDuration, parseTrust } from '../terminal/format.ts'

export type OfferOptions = { tasks: string; trust: string; deadline?: string; weights: string }

/** `millrace offer ls APP`: pools that would run it, by what matters to the user. Nothing is stored or bought. */
export async function offerLs(
  context: Context,
  [name = '']: string[],
  options: OfferOptions,
): Promise<ExitCode> {
  const weights = parseWeights(options.weights, '--weights')
  const trust = parseTrust(options.trust, '--trust')
  const { deadline } = options
  const deadlineSec = deadline === undefined ? undefined : parseDuration(deadline, '--deadline')
  const tasks = Array.from({ length: tasksOf(options.tasks) }, () => ({}))
  if (namesLocalApp(name))
    throw new InvalidInputError({
      field: 'app',
      value: name,
      expected:
        'an app on sale; for a program here: npx millrace run PROGRAM --dry-run --explain --weights price=1',
    })
  const { signal, out, t } = context
  const cloud = await connectCloud(context)
  const { app, manifest } = await resolveApp(context, cloud, name)
  const request = buildRequest(cloud.client, {
    requester: cloud.account,
    app,
    manifest,
    bag: await packBag({ storage: memoryBlobStore() }, { tasks }),
    trust: trust === 0 ? 'none' : trust,
    deadlineSec: deadlineSec ?? DEFAULT_DEADLINE,
  })
  const open = { rank: undefined, requirements: undefined, maxPrice: undefined }
  const wanted = { weights, deadlineSec, ...open }
  const { match } = await askMarket(cloud.client, request, wanted, signal)
  const { standings = [] } = match
  out.result({ app, offers: standings }, () => offersText(standings, weights, t))
  return EXIT.ok
}

const MAX_TASKS = 100_000

function tasksOf(text: string): number {
  const count = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (count >= 1 && count <= MAX_TASKS) return count
  throw new InvalidInputError({
    field: '--tasks',
    value: text,
    expected: `a number of tasks from 1 to ${MAX_TASKS}`,
  })
}
