import type { Runtime } from '@millrace/runtime'
import { type Advertisement, RUNTIMES } from '@millrace/wire'
import type { WorkerConfig } from './config.ts'

/** What the worker offers; nothing that tells the machine or its owner apart from others like it. */
export function advertisementOf({
  config,
  runtime,
  fuelPerSec,
}: {
  config: WorkerConfig
  runtime: Runtime
  fuelPerSec: number
}): Advertisement {
  const { slots, memoryMiB, diskMiB } = config
  return {
    slots,
    memoryMiB,
    diskMiB,
    fuelPerSec,
    arch: process.arch,
    runtimes: [...RUNTIMES],
    layers: [...runtime.layers],
  }
}
