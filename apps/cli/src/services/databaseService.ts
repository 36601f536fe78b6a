import { startPostgres } from '@millrace/database'
import type { RunningService, ServiceDeps } from './runService.ts'
import type { DatabaseServiceConfig } from './serviceConfig.ts'

export async function startDatabaseService(
  config: unknown,
  { signal, log, clock }: ServiceDeps,
): Promise<RunningService> {
  const { dir } = config as DatabaseServiceConfig
  const { connection, how, pid, closed } = await startPostgres({ dir }, { signal, log, clock })
  return { info: { connection, how, serverPid: pid }, closed }
}
