import { connectDatabase } from '@millrace/database'
import { startPool } from '@millrace/scheduler'
import { privateKeyToAccount } from 'viem/accounts'
import { LOOPBACK } from '../cloud/ports.ts'
import { startCourier } from './courierService.ts'
import type { RunningService, ServiceDeps } from './runService.ts'
import type { PoolServiceConfig } from './serviceConfig.ts'

export async function startPoolService(
  config: unknown,
  deps: ServiceDeps,
): Promise<RunningService> {
  const {
    database: connection,
    key,
    dir,
    apiUrl,
    courierKey,
    ...rest
  } = config as PoolServiceConfig
  const database = await connectDatabase(connection, { schema: 'pool' }, deps)
  const account = privateKeyToAccount(key)
  const { url, closed } = await startPool(
    { ...rest, account, database, home: dir, host: LOOPBACK },
    deps,
  )
  const courier = startCourier({ ...(config as PoolServiceConfig), apiUrl, courierKey }, deps)
  // The pool does not depend on it: what it cannot do somebody else can.
  const carried = courier.catch((error) => {
    if (!deps.signal.aborted) deps.log.error('courier stopped', { error: String(error) })
  })
  const end = Promise.all([closed, carried]).then(() => {})
  return { info: { url }, closed: end.finally(() => database.close()) }
}
