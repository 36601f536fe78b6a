import { describe, expect, it } from 'vitest'
import { encodeArguments } from './contractArtifact.ts'

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
})
