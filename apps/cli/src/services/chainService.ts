import { startChainNode } from '@millrace/chain/node'
import { LOOPBACK } from '../cloud/ports.ts'
import type { RunningService, ServiceDeps } from './runService.ts'
import type { ChainServiceConfig } from './serviceConfig.ts'

export async function startChainService(
  config: unknown,
  { signal, log }: ServiceDeps,
): Promise<RunningService> {
  const { dir, port } = config as ChainServiceConfig
  const node = await startChainNode({ dir, port, host: LOOPBACK }, { signal, log })
  return { info: { rpcUrl: node.rpcUrl, chainId: node.chainId }, closed: node.closed }
}
