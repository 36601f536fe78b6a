import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hasClang } from '../../scripts/buildCatalogue.ts'
import { CATALOGUE } from './runApp.ts'

const SOURCE = `#include "${CATALOGUE}/lib/explog.h"
__attribute__((export_name("exp"))) double e(double x) { return exp_same(x); }
__attribute__((export_name("log"))) double l(double x) { return log_same(x); }
`
type Api = { instantiate(bytes: Uint8Array): Promise<{ instance: { exports: unknown } }> }
/** Its types are in no library but that of browsers. */
const { WebAssembly } = globalThis as unknown as { WebAssembly: Api }

type Maths = { exp: (x: number) => number; log: (x: number) => number }

/** The two functions of catalogue/lib/explog.h, compiled as the programs are. */
async function compile(): Promise<Maths> {
  const dir = mkdtempSync(join(tmpdir(), 'millrace-explog-'))
  try {
    writeFileSync(join(dir, 'x.c'), SOURCE)
    const flags = ['--target=wasm32-wasi', '--sysroot=/usr', '-O2', '-nostdlib', '-Wl,--no-entry']
    execFileSync('clang-14', [...flags, '-o', 'x.wasm', 'x.c'], {
      cwd: dir,
      env: { PATH: '/usr/bin:/bin' },
    })
    const { instance } = await WebAssembly.instantiate(readFileSync(join(dir, 'x.wasm')))
    return instance.exports as Maths
  } finally {
    rmSync(dir, { recursive: true })
  }
}

/** Distance of two numbers in units of the last place of the second. */
function ulps(value: number, exact: number): number {
  const bits = new DataView(new ArrayBuffer(8))
  bits.setFloat64(0, exact)
  bits.setBigUint64(0, bits.getBigUint64(0) + 1n)
  return Math.abs(value - exact) / Math.abs(bits.getFloat64(0) - exact)
}

describe.skipIf(!hasClang())('exp and log of the catalogue', () => {
  it('are within two units of the last place over their whole range', async () => {
    const { exp, log } = await compile()
    for (let i = -7000; i <= 7000; i++) {
      const x = i * 0.1009
      expect(ulps(exp(x), Math.exp(x)), `exp(${x})`).toBeLessThanOrEqual(2)
      const y = 1.0871 ** (i / 1.3)
      if (Number.isFinite(y) && y > 0 && Math.abs(y - 1) > 1e-9)
        expect(ulps(log(y), Math.log(y)), `log(${y})`).toBeLessThanOrEqual(2)
    }
  })

  it('hold at the edges', async () => {
    const { exp, log } = await compile()
    expect([exp(0), exp(710), exp(-746), log(1)]).toEqual([1, Number.POSITIVE_INFINITY, 0, 0])
    expect(exp(Number.NaN)).toBeNaN()
    expect(exp(-744)).toBe(Math.exp(-744))
    expect(ulps(log(Number.MIN_VALUE), Math.log(Number.MIN_VALUE))).toBeLessThanOrEqual(2)
    expect(ulps(log(Number.MAX_VALUE), Math.log(Number.MAX_VALUE))).toBeLessThanOrEqual(2)
  })
})
