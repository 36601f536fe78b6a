import { type FollowedDeal, getProgress, poolUrlOf } from '@millrace/sdk'
import type { Context } from '../context.ts'
import type { Cloud } from '../home/connectCloud.ts'
import { formatDuration, formatTrust } from '../terminal/format.ts'

/** Time left, and how often such a forecast was right; without that it is by the present pace. */
type Eta = { leftSec: number; success?: number; runs?: number }

/** When the last of a job's deals is expected to be done: by the pools' history if they have any, else by pace. */
export async function etaOf(
  { signal }: Context,
  { client }: Cloud,
  deals: readonly FollowedDeal[],
): Promise<Eta | undefined> {
  const told = await Promise.all(
    deals.map(async ({ dealId, terms }): Promise<Eta | undefined> => {
      const url = await poolUrlOf(client, terms.pool)
      const progress = await getProgress(client, url, dealId, { signal }).catch(() => undefined)
      const { foretold, etaSec } = progress ?? {}
      return foretold ?? (etaSec === undefined ? undefined : { leftSec: etaSec })
    }),
  )
  return told
    .filter((eta) => eta !== undefined)
    .reduce<Eta | undefined>((last, eta) => {
      return last === undefined || eta.leftSec > last.leftSec ? eta : last
    }, undefined)
}

/** The same in words. */
export function etaText({ t }: Context, eta: Eta | undefined): string | undefined {
  if (eta === undefined) return undefined
  const { leftSec, success, runs } = eta
  const left = formatDuration(leftSec)
  if (success === undefined || runs === undefined) return t.job.etaByPace({ left })
  return t.job.etaForetold({ left, success: formatTrust(success), runs })
}
