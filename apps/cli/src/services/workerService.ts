import { join } from 'node:path'
import { createWriteClient } from '@millrace/chain'
import { sqliteOutboxStore } from '@millrace/chain/node'
import { createWasmRuntime, measureSpeed } from '@millrace/runtime'
import { httpBlobStore } from '@millrace/storage'
import { createWorkerChain, startWorker, zWorkerConfig } from '@millrace/worker'
import { privateKeyToAccount } from 'viem/accounts'
import type { RunningService, ServiceDeps } from './runService.ts'
import type { WorkerServiceConfig } from './serviceConfig.ts'

export async function startWorkerService(
  config: unknown,
  { signal, log, clock, random }: ServiceDeps,
): Promise<RunningService> {
  const { rpcUrl, chainId, contracts, dir, cacheDir, pool, poolUrl, storageUrl, key, bond, slots } =
    config as WorkerServiceConfig
  const account = privateKeyToAccount(key)
  const client = createWriteClient({
    rpcUrl,
    chainId,
    contracts,
    account,
    outbox: sqliteOutboxStore(join(dir, 'outbox.db'), { clock }),
    clock,
    log,
    signal,
  })
  const runtime = await createWasmRuntime({ cacheDir, maxChildren: slots, log, clock })
  const { address, closed } = await startWorker(
    zWorkerConfig.parse({ home: dir, pool, poolUrl, bond, slots }),
    {
      chain: createWorkerChain(client, signal),
      storage: httpBlobStore({ url: storageUrl }, { clock }),
      runtime,
      account,
      measureSpeed: () => measureSpeed(runtime),
      log,
      signal,
      clock,
      random,
    },
  )
  return { info: { worker: address }, closed: closed.then(() => runtime.close()) }
}
