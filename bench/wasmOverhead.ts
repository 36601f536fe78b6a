import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { bytesToHex, type Hex32, silentLogger, systemClock } from '@millrace/base'
import { createWasmRuntime } from '@millrace/runtime'
import { type Bench, median } from './figure.ts'

const RUNS = 300

/**
 * Warm overhead of one task in the wasm runtime: run() of a program that prints a line, wall time,
 * fresh instance and memory each time, one child process.
 */
export const wasmOverhead: Bench = {
  name: 'wasm-overhead',
  unit: 'ms',
  bar: { most: 2 },
  async measure(log) {
    const bytes = new Uint8Array(
      readFileSync(new URL('../catalogue/echo/echo.wasm', import.meta.url)),
    )
    const sha256 = bytesToHex(createHash('sha256').update(bytes).digest()) as Hex32
    const runtime = await createWasmRuntime({
      maxChildren: 1,
      log: silentLogger,
      clock: systemClock,
    })
    try {
      const prepared = await runtime.prepare({ runtime: 'wasm', name: 'echo', sha256, bytes })
      const limits = {
        fuel: 100_000_000n,
        memoryMiB: 16,
        diskBytes: 1 << 20,
        files: 100,
        stdoutBytes: 1 << 16,
        wallMs: 10_000,
      }
      const took: number[] = []
      for (let run = 0; run < RUNS + 20; run++) {
        const began = performance.now()
        const result = await runtime.run(
          prepared,
          { args: ['hello'], seed: sha256, inputs: [], limits },
          { group: 'bench' },
        )
        if (result.kind !== 'result' || result.status !== 'ok')
          throw new Error(`echo ended with ${JSON.stringify(result.kind)}`)
        // The first runs start the child and compile.
        if (run >= 20) took.push(performance.now() - began)
      }
      log(
        `${RUNS} runs: median ${median(took).toFixed(2)} ms, slowest ${Math.max(...took).toFixed(1)} ms`,
      )
      return median(took)
    } finally {
      await runtime.close()
    }
  },
}
