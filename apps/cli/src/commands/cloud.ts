import type { Context } from '../context.ts'
import { CloudNotRunningError } from '../errors.ts'
import { EXIT, type ExitCode } from '../exitCodes.ts'
import { readCloudFile } from '../home/cloudFile.ts'
import { isHomeLocked } from '../home/lock.ts'
import { formatTime } from '../terminal/format.ts'
import { alignRows } from '../terminal/receiptText.ts'

const STOP_WAIT_MS = 30_000
const LOOK_MS = 100

/** `millrace cloud status` */
export function cloudStatus(context: Context): Promise<ExitCode> {
  const { home, out, t } = context
  const file = readCloudFile(home)
  const running = file !== undefined && isHomeLocked(home)
  out.result({ home: home.dir, running, ...file }, () =>
    alignRows(
      [
        [t.cloud.home, home.dir],
        [
          t.cloud.state,
          running
            ? t.cloud.running({ pid: file.pid, since: formatTime(file.startedAt) })
            : t.cloud.notRunning,
        ],
        ...(running
          ? ([
              [t.cloud.steps.market, file.apiUrl],
              [t.cloud.steps.chain, file.rpcUrl],
              [t.cloud.steps.storage, file.storageUrl],
              [t.cloud.steps.pool, file.poolUrl],
            ] as [string, string][])
          : []),
      ],
      out.paint,
    ),
  )
  return Promise.resolve(running ? EXIT.ok : EXIT.unreachable)
}

/** `millrace cloud stop`: as Ctrl-C where it was started; returns when it has stopped. */
export async function cloudStop(context: Context): Promise<ExitCode> {
  const { home, out, t, clock, signal } = context
  const file = readCloudFile(home)
  if (file === undefined || !isHomeLocked(home)) throw new CloudNotRunningError({ home: home.dir })
  process.kill(file.pid, 'SIGTERM')
  out.note(t.cloud.asked({ pid: file.pid }))
  const giveUpMs = clock.nowMs() + STOP_WAIT_MS
  while (isHomeLocked(home) && clock.nowMs() < giveUpMs) await clock.sleep(LOOK_MS, signal)
  const stopped = !isHomeLocked(home)
  out.result({ home: home.dir, stopped }, () => t.cloud.stopped)
  return stopped ? EXIT.ok : EXIT.internal
}
