import { describe, expect, it } from 'vitest'
import { printAd } from '../printer.ts'
import { AdEncodingError } from './adEncodingError.ts'
import { compileAd } from './compileAd.ts'
import { readAd } from './readAd.ts'
import { unmetRequirements } from './unmetRequirements.ts'

const pool = compileAd('[ MemoryMiB = 2048; Arch = "x86_64"; Requirements = TARGET.Tasks <= 100 ]')
const request = (text: string) => compileAd(`[ Tasks = 10; Requirements = ${text} ]`)

describe('unmetRequirements', () => {
  it('is empty where both requirements hold', () => {
    expect(unmetRequirements(pool, request('TARGET.MemoryMiB >= 1024'))).toEqual([])
    expect(unmetRequirements('0x', '0x')).toEqual([])
  })

  it('names each part that does not hold, what it is and why', () => {
    const asks = request('TARGET.MemoryMiB >= 4096 && TARGET.Arch == "X86_64" && TARGET.Gpus > 0')
    expect(unmetRequirements(pool, asks)).toEqual([
      {
        side: 'right',
        part: 'TARGET.memorymib >= 4096',
        value: 'false',
        given: ['TARGET.memorymib = 2048'],
      },
      {
        side: 'right',
        part: 'TARGET.gpus > 0',
        value: 'undefined',
        given: ['TARGET.gpus = undefined'],
      },
    ])
  })

  it('takes what is not joined by && as one part, and names a value once', () => {
    const asks = request('TARGET.MemoryMiB > 4096 || TARGET.MemoryMiB < 1024')
    expect(unmetRequirements(pool, asks)).toEqual([
      {
        side: 'right',
        part: 'TARGET.memorymib > 4096 || TARGET.memorymib < 1024',
        value: 'false',
        given: ['TARGET.memorymib = 2048'],
      },
    ])
  })

  it('tells of both sides', () => {
    const sides = unmetRequirements(pool, compileAd('[ Tasks = 101; Requirements = "yes" ]'))
    expect(sides.map(({ side, part, value }) => [side, part, value])).toEqual([
      ['left', 'TARGET.tasks <= 100', 'false'],
      ['right', '"yes"', '"yes"'],
    ])
  })
})

describe('readAd', () => {
  it('gives back attributes and requirements in words', () => {
    const ad = compileAd(
      '[ Price = 3; Arch = "x86_64"; Ok = true; Bad = error; Requirements = !isUndefined(TARGET.a) && (TARGET.b ? -TARGET.c : TARGET.d ?: (7)) != "x" ]',
    )
    expect(printAd(readAd(ad))).toBe(
      '[ arch = "x86_64"; bad = error; ok = true; price = 3; Requirements = !isUndefined(TARGET.a) && (TARGET.b ? -TARGET.c : TARGET.d ?: (7)) != "x" ]',
    )
    expect(compileAd(readAd(ad))).toBe(ad)
  })

  it('reads an ad of no bytes, and refuses what is none', () => {
    expect(readAd('0x').attributes.size).toBe(0)
    expect(() => readAd('0x01')).toThrow(AdEncodingError)
    expect(() => readAd('0x0100ff')).toThrow('The left ad has no instruction at byte 2.')
  })
})
