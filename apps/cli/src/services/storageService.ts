import { startStorageNode } from '@millrace/storage'
import { LOOPBACK } from '../cloud/ports.ts'
import type { RunningService, ServiceDeps } from './runService.ts'
import type { StorageServiceConfig } from './serviceConfig.ts'

export async function startStorageService(
  config: unknown,
  { signal, log, clock }: ServiceDeps,
): Promise<RunningService> {
  const { dir, port, quotaBytes } = config as StorageServiceConfig
  const options = { dir, host: LOOPBACK, port, quotaBytes }
  const { url, closed } = await startStorageNode(options, { signal, log, clock })
  return { info: { url }, closed }
}
