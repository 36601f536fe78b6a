import { connectDatabase } from '@millrace/database'
import { startPool } from '@millrace/scheduler'
import { privateKeyToAccount } from 'viem/accounts'
import { LOOPBACK } from '../cloud/ports.ts'
import type { RunningService, ServiceDeps } from './runService.ts'
import type { PoolServiceConfig } from './serviceConfig.ts'

export async function startPoolService(
  config: unknown,
  deps: ServiceDeps,
): Promise<RunningService> {
  const { database: connection, key, dir, ...rest } = config as PoolServiceConfig
  const database = await connectDatabase(connection, { schema: 'pool' }, deps)
  const account = privateKeyToAccount(key)
  const { url, closed } = await startPool(
    { ...rest, account, database, home: dir, host: LOOPBACK },
    deps,
  )
  return { info: { url }, closed: closed.finally(() => database.close()) }
}
