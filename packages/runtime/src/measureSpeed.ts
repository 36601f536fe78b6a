import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type Hex32, ZERO_HEX32 } from '@millrace/base'
import { MeasurementFailedError } from './errors.ts'
import type { Runtime } from './runtime.ts'

const KERNEL = fileURLToPath(new URL('../fixtures/speed.wasm', import.meta.url))
/** The first run also compiles; the best of the others is taken. */
const RUNS = 3
const LIMITS = {
  fuel: 1n << 40n,
  memoryMiB: 16,
  diskBytes: 0,
  files: 0,
  stdoutBytes: 64,
  wallMs: 60_000,
}

/**
 * Speed of one slot in fuel per second: a metered program of integer, floating point and memory work
 * runs for some 0.1 s of CPU time, three times, through the same sandbox as any task.
 *
 * @throws {MeasurementFailedError} `MEASUREMENT_FAILED`
 */
export async function measureSpeed(runtime: Runtime): Promise<number> {
  const bytes = await readFile(KERNEL)
  const sha256 = `0x${createHash('sha256').update(bytes).digest('hex')}` as Hex32
  const prepared = await runtime.prepare({ runtime: 'wasm', name: 'speed', sha256, bytes })
  let best = 0
  for (let run = 0; run < RUNS; run++) {
    const request = { args: [], seed: ZERO_HEX32, inputs: [], limits: LIMITS }
    const result = await runtime.run(prepared, request, { group: 'measureSpeed' })
    if (result.kind === 'failure')
      throw new MeasurementFailedError({ what: 'speed', reason: result.message })
    best = Math.max(best, (Number(result.fuel) / result.cpuMs) * 1000)
  }
  return Math.round(best)
}
