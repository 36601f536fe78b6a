import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, inflateSync } from 'node:zlib'
import type { Runtime } from '@millrace/runtime'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectedOf, PROGRAMS, readExpected, runExample } from './examples.ts'
import { covariance, lcgReturns, type PortfolioVectors, portfolioVectors } from './returns.ts'
import { CATALOGUE, createRuntime, inputOf, output, readSource, runApp, text } from './runApp.ts'

// Every program on real input, its answer checked against something that is not the program.

let runtime: Runtime
beforeAll(async () => {
  runtime = await createRuntime()
})
afterAll(() => runtime.close())
const app = (name: string) => join(CATALOGUE, name)
const run = (name: string, args: string[], files: string[] = []) =>
  runApp(
    runtime,
    app(name),
    args,
    files.map((file) => inputOf(app(name), file)),
  )

it.each(PROGRAMS)(
  '%s has a manifest, a page and an example with its known output',
  async (name) => {
    expect(readSource(app(name)).name).toBe(name)
    expect(existsSync(join(app(name), 'README.md'))).toBe(true)
    const result = await runExample(runtime, name)
    const said = { status: result.status, stderr: text(result.stderr) }
    expect(said).toEqual({ status: 'ok', stderr: '' })
    // Where a change is meant: node tests/catalogue/writeExpected.ts
    expect(expectedOf(result)).toEqual(readExpected()[name])
  },
)

it('squeeze gives what gunzip takes back, for text and for bytes of every kind', async () => {
  const result = await run('squeeze', ['licence.txt'], ['example/licence.txt'])
  const original = readFileSync(join(app('squeeze'), 'example/licence.txt'))
  const packed = output(result, 'licence.txt.gz')
  expect(gunzipSync(packed).equals(original)).toBe(true)
  expect(packed.length).toBeLessThan(original.length / 2)

  const cases: Record<string, Uint8Array> = {
    empty: new Uint8Array(),
    zeros: new Uint8Array(100_000),
    ramp: Uint8Array.from({ length: 70_000 }, (_, i) => (i * i) >> 3),
    short: Uint8Array.of(255, 0, 255),
  }
  const inputs = Object.entries(cases).map(([path, source]) => ({ path, source }))
  const all = await runApp(runtime, app('squeeze'), [], inputs)
  for (const { path, source } of inputs)
    expect(Buffer.compare(gunzipSync(output(all, `${path}.gz`)), source)).toBe(0)
})

it('loglens counts what a few lines of JavaScript count', async () => {
  const log = readFileSync(join(app('loglens'), 'example/access.log'), 'utf8')
    .trim()
    .split('\n')
  const report = JSON.parse(
    text(output(await run('loglens', ['--top', '1000'], ['example/access.log']), 'report.json')),
  )
  const rows = log.map((line) => /^(\S+) .*?"\S+ ([^ ?"]+)[^"]*" (\d+) (\d+) .* (\d+)$/.exec(line))
  const tally = (values: (string | undefined)[]) => {
    const counts: Record<string, number> = {}
    for (const value of values) counts[value ?? ''] = (counts[value ?? ''] ?? 0) + 1
    return counts
  }
  expect(report).toMatchObject({
    lines: log.length,
    bad: 0,
    status: tally(rows.map((row) => row?.[3])),
  })
  expect(report.visitors).toBe(new Set(rows.map((row) => row?.[1])).size)
  expect(report.bytes).toBe(rows.reduce((sum, row) => sum + Number(row?.[4]), 0))
  const paths = Object.fromEntries(
    report.paths.map(({ path, hits }: { path: string; hits: number }) => [path, hits]),
  )
  expect(paths).toEqual(tally(rows.map((row) => row?.[2])))
  const times = rows.map((row) => Number(row?.[5])).sort((a, b) => a - b)
  expect(report.latencyMs.p50).toBe(times[times.length >> 1])
})

it('loglens says how many lines it does not understand', async () => {
  const source = new TextEncoder().encode(
    'rubbish\n1.2.3.4 - - [14/Mar/2026:25:00:00 +0000] "GET / HTTP/1.1" 200 5\n',
  )
  const result = await runApp(runtime, app('loglens'), [], [{ path: 'a.log', source }])
  expect(text(result.stdout)).toContain('2 lines, 2 not understood')
})

it('align gives the scores of BLAST for human haemoglobin', async () => {
  const result = await run(
    'align',
    ['query.fasta', 'globins.fasta'],
    ['example/query.fasta', 'example/globins.fasta'],
  )
  const rows = text(output(result, 'hits.tsv'))
    .trim()
    .split('\n')
    .map((line) => line.split('\t'))
  // blastp of HBA_HUMAN against HBB_HUMAN without composition statistics: score 285, 114 bits.
  expect(rows[1]?.slice(1, 4)).toEqual(['HBA_HUMAN', '733', '287.0'])
  expect(rows[2]?.slice(1, 4)).toEqual(['HBB_HUMAN', '285', '114.4'])
  expect(rows[3]?.[1]).toBe('MYG_HUMAN')
})

describe('portfolio', () => {
  const weigh = async (moments: object, args: string[]) => {
    const source = new TextEncoder().encode(JSON.stringify(moments))
    const result = await runApp(
      runtime,
      app('portfolio'),
      ['--moments', 'm.json', ...args],
      [{ path: 'm.json', source }],
    )
    return JSON.parse(text(output(result, 'portfolio.json')))
  }

  it('gives the textbook portfolios of two assets (Bodie, Kane, Marcus: debt and equity)', async () => {
    const cov = [
      [0.0144, 0.0072],
      [0.0072, 0.04],
    ]
    const { minimumVariance, tangency } = await weigh({ mu: [0.08, 0.13], cov }, ['--rf', '0.05'])
    expect(minimumVariance.weights[0]).toBeCloseTo(0.82, 10)
    expect(minimumVariance.risk).toBeCloseTo(0.11446, 4)
    expect(tangency.weights).toEqual([expect.closeTo(0.4, 10), expect.closeTo(0.6, 10)])
    expect(tangency.return).toBeCloseTo(0.11, 10)
    expect(tangency.risk).toBeCloseTo(0.142, 3)
  })

  const vectors = portfolioVectors
  it.skipIf(vectors === undefined)('agrees with closed forms on three assets', async () => {
    const { mu, cov, rf, gmv, tangency: exact } = (vectors as PortfolioVectors).closed3
    const { minimumVariance, tangency } = await weigh({ mu, cov }, ['--rf', String(rf)])
    expect(minimumVariance.weights).toEqual(gmv.map((w) => expect.closeTo(w, 12)))
    expect(tangency.weights).toEqual(exact.map((w) => expect.closeTo(w, 12)))
  })

  it.skipIf(vectors === undefined)(
    'agrees with the oracle of a walk forward, long only, to nine digits',
    async () => {
      const { first_rows, segments } = (vectors as PortfolioVectors).walk_forward
      const rows = lcgReturns(400)
      expect(rows[0]).toEqual(first_rows[0]?.map((r) => expect.closeTo(r, 15)))
      for (const { t0, weights } of segments.filter((_, i) => i % 5 === 0)) {
        const { longOnly } = await weigh(
          { mu: [1, 1, 1, 1, 1.1], cov: covariance(rows.slice(t0 - 120, t0)) },
          [],
        )
        expect(longOnly.weights).toEqual(weights.map((w) => expect.closeTo(w, 8)))
      }
    },
  )

  it('refuses a covariance without an inverse', async () => {
    const source = new TextEncoder().encode(
      JSON.stringify({
        mu: [1, 1],
        cov: [
          [1, 1],
          [1, 1],
        ],
      }),
    )
    const result = await runApp(
      runtime,
      app('portfolio'),
      ['--moments', 'm.json'],
      [{ path: 'm.json', source }],
    )
    expect(result).toMatchObject({ status: 'exit', exitCode: 2 })
    expect(text(result.stderr)).toContain('not positive definite')
  })
})

it('primes counts the primes below a thousand', async () => {
  expect(text((await run('primes', ['0', '1000'])).stdout)).toBe('168 primes from 0 to 1000\n')
})

it('render draws tiles that join into a PNG of the right size', async () => {
  const args = ['--grid', '2x2', '--size', '64x36', '--samples', '2']
  const tiles = await Promise.all(
    [0, 1, 2, 3].map(async (tile) => {
      const result = await run('render', [...args, '--tile', String(tile)], ['example/scene.txt'])
      return { path: `${tile}/tile.ppm`, source: output(result, 'tile.ppm') }
    }),
  )
  const whole = await run(
    'render',
    ['--grid', '1x1', '--size', '64x36', '--samples', '2', '--tile', '0'],
    ['example/scene.txt'],
  )
  const png = output(
    await runApp(runtime, app('render'), ['--assemble', ...args], tiles),
    'picture.png',
  )
  const pixels = decodePng(png, 64, 36)
  // The picture in one tile is the same as in four.
  expect(
    Buffer.compare(pixels, output(whole, 'tile.ppm').subarray('P6\n64 36\n255\n'.length)),
  ).toBe(0)
})

/** Pixels of an RGB PNG with filter "sub" on each row, by zlib rather than by our own code. */
function decodePng(png: Uint8Array, width: number, height: number): Uint8Array {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength)
  expect([view.getUint32(16), view.getUint32(20)]).toEqual([width, height])
  expect(Buffer.from(png.subarray(37, 41)).toString()).toBe('IDAT')
  const rows = inflateSync(png.subarray(41, 41 + view.getUint32(33)))
  const pixels = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width * 3; x++) {
      const left = x >= 3 ? (pixels[y * width * 3 + x - 3] as number) : 0
      pixels[y * width * 3 + x] = (rows[y * (width * 3 + 1) + 1 + x] as number) + left
    }
  }
  return pixels
}
