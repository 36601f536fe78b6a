import { seededRandom } from '@millrace/base'
import type { Runtime } from '@millrace/runtime'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRuntime, output, text } from './runApp.ts'
import { programOf } from './runs.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await createRuntime()
})
afterAll(() => runtime.close())
const { run } = programOf(() => runtime, 'tuner')
type Heard = { pitchHz: number; note: string; tempo: number; channels: number; onsets: number[] }

/** What the program says of one sound. */
async function hear(samples: Float64Array, rate: number, channels = 1): Promise<Heard> {
  const inputs = [{ path: 's.wav', source: wavOf(samples, rate, channels) }]
  return JSON.parse(text(output(await run([], [], inputs), 's.wav.json')))
}

/** PCM of 16 bits, the same in every channel. */
function wavOf(samples: Float64Array, rate: number, channels: number): Uint8Array {
  const size = samples.length * channels * 2
  const wav = Buffer.alloc(44 + size)
  wav.write('RIFF', 0)
  wav.writeUInt32LE(36 + size, 4)
  wav.write('WAVEfmt ', 8)
  wav.writeUInt32LE(16, 16)
  wav.writeUInt16LE(1, 20)
  wav.writeUInt16LE(channels, 22)
  wav.writeUInt32LE(rate, 24)
  wav.writeUInt32LE(rate * channels * 2, 28)
  wav.writeUInt16LE(channels * 2, 32)
  wav.writeUInt16LE(16, 34)
  wav.write('data', 36)
  wav.writeUInt32LE(size, 40)
  samples.forEach((value, i) => {
    for (let c = 0; c < channels; c++)
      wav.writeInt16LE(
        Math.round(Math.max(-1, Math.min(1, value)) * 32767),
        44 + 2 * (i * channels + c),
      )
  })
  return new Uint8Array(wav)
}

const random = seededRandom(440)
const noise = (size: number) => (random.float() - 0.5) * size

/** Harmonics of these strengths with some noise, 0.5 s. */
function tone(pitchHz: number, rate: number, strengths: number[]): Float64Array {
  const whole = strengths.reduce((a, b) => a + b)
  return Float64Array.from({ length: rate / 2 }, (_, i) =>
    strengths.reduce(
      (sum, strength, h) =>
        sum + (0.5 * strength * Math.sin((2 * Math.PI * pitchHz * (h + 1) * i) / rate)) / whole,
      noise(0.02),
    ),
  )
}

const SINE = [1]
const STRING = [1, 0.5, 0.33, 0.25, 0.2]
/** The second harmonic is three times as strong as the first. */
const REED = [0.3, 1, 0.1, 0.6]

describe('pitch', () => {
  it.each([
    [41.2, 44_100, 1, STRING],
    [55, 8000, 1, REED],
    [82.41, 96_000, 1, SINE],
    [110, 22_050, 2, REED],
    [196, 16_000, 1, STRING],
    [261.63, 48_000, 2, REED],
    [440, 8000, 1, SINE],
    [659.26, 44_100, 1, STRING],
    [1318.5, 16_000, 1, SINE],
    [1760, 48_000, 1, STRING],
  ])(
    'of %d Hz at %d samples a second, %d channels, is heard within five cents',
    async (hz, rate, channels, strengths) => {
      const heard = await hear(tone(hz, rate, strengths), rate, channels)
      expect(Math.abs(1200 * Math.log2(heard.pitchHz / hz))).toBeLessThan(5)
      expect(heard.channels).toBe(channels)
    },
  )

  it('is not heard in noise or in silence', async () => {
    for (const size of [1, 0]) {
      const sound = Float64Array.from({ length: 22_050 }, () => noise(size))
      expect(await hear(sound, 22_050)).toMatchObject({ pitchHz: 0, note: '-', tempo: 0 })
    }
  })
})

/** Short strokes a beat apart, every other with a low tone, for six seconds after the first. */
function strokes(tempo: number, rate: number): Float64Array {
  const sound = Float64Array.from({ length: 6 * rate }, () => noise(0.01))
  for (let beat = 0; beat * (60 / tempo) < 5.9; beat++)
    for (let i = 0; i < 0.06 * rate; i++) {
      const at = Math.round((0.05 + beat * (60 / tempo)) * rate) + i
      const hit = beat % 2 === 0 ? noise(0.8) : 0.6 * Math.sin((2 * Math.PI * 80 * i) / rate)
      if (at < sound.length) sound[at] = (sound[at] as number) + hit * Math.exp(-i / (0.012 * rate))
    }
  return sound
}

describe('tempo', () => {
  it('is not heard in a tone that only changes its pitch', async () => {
    const rate = 22_050
    const sound = Float64Array.from({ length: 6 * rate }, (_, i) => {
      const pitchHz = 110 * 2 ** (Math.floor((2 * i) / rate) / 12)
      return 0.4 * Math.sin((2 * Math.PI * pitchHz * i) / rate)
    })
    const { tempo, onsets } = await hear(sound, rate)
    expect(tempo).toBe(0)
    // It begins, once.
    expect(onsets.length).toBeLessThanOrEqual(1)
  })

  it.each([52, 67, 84, 97, 120, 137, 150, 172, 195])(
    'of %d beats is heard within one in a hundred',
    async (tempo) => {
      const { tempo: heard, onsets } = await hear(strokes(tempo, 22_050), 22_050)
      expect(Math.abs(heard / tempo - 1)).toBeLessThan(0.01)
      const expected = Math.ceil(5.9 / (60 / tempo))
      expect(Math.abs(onsets.length - expected)).toBeLessThanOrEqual(1)
      onsets.forEach((at) => {
        const beats = (at - 0.05) / (60 / tempo)
        expect(Math.abs(beats - Math.round(beats)) * (60 / tempo)).toBeLessThan(0.02)
      })
    },
  )
})

it.each([
  ['a4.wav', 'pitchHz', 440, 0.003],
  ['e2.wav', 'pitchHz', 82.41, 0.003],
  ['cello-d3.wav', 'pitchHz', 146.83, 0.003],
  ['clicks-120.wav', 'tempo', 120, 0.01],
  ['clicks-90.wav', 'tempo', 90, 0.01],
] as const)('hears in example %s the %s of %d', async (file, what, value, slack) => {
  const heard = JSON.parse(text(output(await run([file], [`example/${file}`]), `${file}.json`)))
  expect(Math.abs(heard[what] / value - 1)).toBeLessThan(slack)
})

it('says what is wrong with a file that is no sound', async () => {
  const inputs = [{ path: 'x.wav', source: new TextEncoder().encode('not a sound at all') }]
  const result = await run(['x.wav'], [], inputs)
  expect(result).toMatchObject({ status: 'exit', exitCode: 2 })
  expect(text(result.stderr)).toContain('not a WAV file')
})
