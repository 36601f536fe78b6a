import type { RunningService, ServiceDeps } from './runService.ts'

export function startPoolService(_: unknown, { signal }: ServiceDeps): Promise<RunningService> {
  const closed = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
  return Promise.resolve({ info: { url: '' }, closed })
}
