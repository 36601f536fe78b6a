import { spawn } from 'node:child_process'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import type { Hex32 } from '@millrace/base'
import type { FileKey } from '@millrace/protocol'
import { checkSealed, openSealed, sealFile } from '@millrace/sdk'
import type { Bench } from './figure.ts'

const SIZE_BYTES = 2 ** 30
const CHUNK_BYTES = 4096
const hex32 = (byte: string): Hex32 => `0x${byte.repeat(32)}` as Hex32
const OFFER = hex32('0f')
const KEY: FileKey = { secret: hex32('0a'), salt: hex32('0b') }

type Measured = { seconds: number; peakRssMiB: number }

let measured: Promise<Measured[]> | undefined

/** Once for both figures. */
const stepsOnce = (log: (line: string) => void): Promise<Measured[]> =>
  (measured ??= measureSteps(log))

/** Seals, checks and opens a file of a gibibyte on disk, each in a process of its own. */
async function measureSteps(log: (line: string) => void): Promise<Measured[]> {
  const dir = await mkdtemp(join(tmpdir(), 'millrace-file-'))
  try {
    const steps: Measured[] = []
    for (const step of ['seal', 'check', 'open']) {
      const found = await inOwnProcess(step, dir)
      log(`${step}: ${found.seconds.toFixed(1)} s, peak ${found.peakRssMiB.toFixed(0)} MiB`)
      steps.push(found)
    }
    if ((await stat(join(dir, 'opened'))).size !== SIZE_BYTES) throw new Error('bytes are missing')
    return steps
  } finally {
    await rm(dir, { recursive: true })
  }
}

/** Seconds for all that seller and buyer do with a file of a gibibyte: seal, check, open. */
export const gigabyteFile: Bench = {
  name: 'gigabyte-file',
  unit: 's',
  bar: { most: 180 },
  slow: true,
  async measure(log) {
    const steps = await stepsOnce(log)
    return steps.reduce((sum, { seconds }) => sum + seconds, 0)
  },
}

/** Most memory that any of the three steps takes. */
export const gigabyteMemory: Bench = {
  name: 'gigabyte-memory',
  unit: 'MiB',
  bar: { most: 300 },
  slow: true,
  async measure(log) {
    const steps = await stepsOnce(log)
    return Math.max(...steps.map(({ peakRssMiB }) => peakRssMiB))
  },
}

function inOwnProcess(step: string, dir: string): Promise<Measured> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), step, dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', (text) => {
    said += text
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0 ? resolve(JSON.parse(said) as Measured) : reject(new Error(`${step} failed`)),
    )
  })
}

async function runStep(step: string, dir: string): Promise<void> {
  const [sealed, opened] = [join(dir, 'sealed'), join(dir, 'opened')]
  const facts = join(dir, 'facts.json')
  const { readFileSync, writeFileSync } = await import('node:fs')
  const terms = () => {
    const { sizeBytes, ...roots } = JSON.parse(readFileSync(facts, 'utf8'))
    return { ...roots, sizeBytes: BigInt(sizeBytes), chunkBytes: CHUNK_BYTES }
  }
  if (step === 'seal') {
    const file = sealFile(content(), { offerId: OFFER, key: KEY, chunkBytes: CHUNK_BYTES })
    await pipeline(Readable.from(file.bytes), createWriteStream(sealed))
    const { sizeBytes, ...roots } = file.facts()
    writeFileSync(facts, JSON.stringify({ ...roots, sizeBytes: String(sizeBytes) }))
  } else if (step === 'check') await checkSealed(createReadStream(sealed), terms())
  else {
    const chunks = openSealed(createReadStream(sealed), {
      terms: terms(),
      offerId: OFFER,
      key: KEY,
    })
    await pipeline(Readable.from(chunks), createWriteStream(opened))
  }
}

/** Bytes that differ from chunk to chunk, as fast as memory. */
async function* content(): AsyncGenerator<Uint8Array> {
  const block = new Uint8Array(1 << 20).map((_, i) => (i * 31) % 251)
  for (let done = 0; done < SIZE_BYTES; done += block.length) {
    new DataView(block.buffer).setFloat64(0, done)
    yield await Promise.resolve(block)
  }
}

const [, script, step, dir] = process.argv
if (script === fileURLToPath(import.meta.url) && step !== undefined && dir !== undefined) {
  const began = performance.now()
  await runStep(step, dir)
  const peakRssMiB = process.resourceUsage().maxRSS / 1024
  console.log(JSON.stringify({ seconds: (performance.now() - began) / 1000, peakRssMiB }))
}
