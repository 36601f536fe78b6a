import { describe, expect, it } from 'vitest'
import { encodeArguments, readArtifact } from './contractArtifact.ts'

const abiOf = (...types: string[]) =>
  [
    { type: 'constructor', stateMutability: 'nonpayable', inputs: types.map((type) => ({ type })) },
  ] as never

describe('constructor arguments', () => {
  it('are encoded as the constructor expects them', () => {
    expect(encodeArguments(abiOf('uint256', 'bool'), ['7', 'true'])).toBe(
      `0x${'7'.padStart(64, '0')}${'1'.padStart(64, '0')}`,
    )
    expect(encodeArguments(abiOf('uint8[2]'), ['[1,2]'])).toBe(
      `0x${'1'.padStart(64, '0')}${'2'.padStart(64, '0')}`,
    )
    expect(encodeArguments([], [])).toBe('0x')
  })

  it.each([
    [['uint256'], ['much']],
    [['bool'], ['maybe']],
    [['address'], ['0x12']],
    [['uint256'], []],
    [[], ['7']],
    [['uint8[2]'], ['[1']],
  ])('of %j are not %j', (types, values) => {
    expect(() => encodeArguments(abiOf(...types), values)).toThrow(/constructor arguments/)
  })

  it('may name contracts of the cloud instead of their addresses', () => {
    const market = `0x${'12'.repeat(20)}` as never
    expect(encodeArguments(abiOf('address'), ['market'], { market })).toBe(
      `0x${'12'.repeat(20).padStart(64, '0')}`,
    )
    expect(() => encodeArguments(abiOf('address'), ['bazaar'], { market })).toThrow(/arguments/)
  })
})

describe('a contract of ours', () => {
  it('is known by its name, with its kind', () => {
    const { kind, bytecode } = readArtifact('PostedPrice')
    expect(kind).toBe('template')
    expect(bytecode).toMatch(/^0x60/)
    expect(readArtifact('PerRunPricing').kind).toBe('pricing')
    expect(() => readArtifact('postedPrice')).toThrow(/cannot be read|postedPrice/)
  })
})
