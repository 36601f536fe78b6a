import fc from 'fast-check'
import { keccak256 } from 'viem'
import { expect, it } from 'vitest'
import { keccakOf } from './hash.ts'

const hex = fc
  .uint8Array({ maxLength: 300 })
  .map((bytes) => `0x${Buffer.from(bytes).toString('hex')}` as const)

it('is the hash of the parts joined, as viem has it', () => {
  fc.assert(
    fc.property(hex, hex, (a, b) => {
      expect(keccakOf(a, b.slice(2))).toBe(keccak256(`${a}${b.slice(2)}` as `0x${string}`))
    }),
  )
})

it('refuses what is not hex, wherever it stands', () => {
  for (const bad of ['0xzz', '0x0', '0x00zz', 'ab cd']) {
    expect(() => keccakOf('0x00', bad)).toThrow()
  }
})
