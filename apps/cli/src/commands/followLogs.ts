import { orderHash } from '@millrace/base'
import { collectResults, maxArchiveBytes } from '@millrace/sdk'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exitCodes.ts'
import type { Job } from '../home/clientDb.ts'
import type { Cloud } from '../home/connectCloud.ts'
import { knownDeals, manifestOf } from '../jobs/followJob.ts'
import { logOf, logText, type TaskLog } from '../jobs/taskLog.ts'

/** `millrace job logs -f`: each task's words as it settles, until the job is over. */
export async function followLogs(context: Context, cloud: Cloud, job: Job): Promise<ExitCode> {
  const { out, signal } = context
  const manifest = await manifestOf(context, cloud, job)
  const logs: TaskLog[] = []
  let unverified = 0
  const outcome = await collectResults(
    cloud.client,
    {
      request: orderHash(job.request),
      volume: job.record.tasks,
      deals: await knownDeals(context, cloud, job),
    },
    {
      signal,
      maxBytes: maxArchiveBytes(manifest.limits),
      onResult: (collected) => {
        if (collected.kind === 'unverified') {
          unverified += 1
          out.note(`${collected.task.taskId}: ${collected.error.message}`)
          return
        }
        const log = logOf(job, collected.result)
        logs.push(log)
        out.bytes(new TextEncoder().encode(`${logText(job, log)}\n`))
      },
    },
  )
  logs.sort((a, b) => a.index - b.index)
  out.result({ job: job.number, state: outcome.state, logs }, () => undefined)
  if (unverified > 0) return EXIT.unverified
  return outcome.state === 'done' ? EXIT.ok : EXIT.expired
}
