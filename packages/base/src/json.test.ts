import fc from 'fast-check'
import { expect, it } from 'vitest'
import { canonicalJson, toJson } from './json.ts'
import { bytesToHex, hexToBytes, seededRandom } from './random.ts'

it('writes the same bytes for the same value, whatever the order of keys', () => {
  expect(canonicalJson({ b: 1n, a: [{ d: 'x', c: null }], gone: undefined })).toBe(
    '{"a":[{"c":null,"d":"x"}],"b":"1"}',
  )
  expect(toJson({ amount: 10n ** 20n })).toBe('{"amount":"100000000000000000000"}')
})

it('reads its own JSON back', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})

it('turns bytes into hex and back', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(hexToBytes(bytesToHex(bytes))).toEqual(bytes)
    }),
  )
  expect(() => hexToBytes('0x0g')).toThrow(RangeError)
  expect(() => hexToBytes('0x123')).toThrow(RangeError)
})

it('repeats seeded randomness', () => {
  const [a, b, c] = [seededRandom(1), seededRandom(1), seededRandom(2)]
  const draw = (random: typeof a) => Array.from({ length: 5 }, () => random.float())
  const first = draw(a)
  expect(draw(b)).toEqual(first)
  expect(draw(c)).not.toEqual(first)
  expect(first.every((x) => x >= 0 && x < 1)).toBe(true)
})
