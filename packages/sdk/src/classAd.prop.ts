import fc from 'fast-check'
import { expect, it } from 'vitest'
import { textOfAd, wholeOfAd, writeAd } from './classAd.ts'

const text = fc.string({ unit: 'binary' }).filter((value) => !/[\r\n\t\0]/.test(value))

it('reads back every text it wrote, whatever else is in the ad', () => {
  fc.assert(
    fc.property(text, text, (name, description) => {
      const ad = writeAd({ Type: 'app', Description: description, Name: name, Fuel: 5n })
      expect(textOfAd(ad, 'Name')).toBe(name)
      expect(textOfAd(ad, 'description')).toBe(description)
    }),
  )
})

it('finds no attribute that is not there', () => {
  expect(textOfAd(writeAd({ Name: 'x' }), 'Version')).toBeUndefined()
  expect(textOfAd('', 'Name')).toBeUndefined()
})

it('reads what an attribute comes to, and nothing of an ad that it cannot read', () => {
  expect(textOfAd('[ Name = strcat(First, "b"); First = "a" ]', 'name')).toBe('ab')
  expect(textOfAd('[ Name = "a"', 'Name')).toBeUndefined()
  expect(textOfAd('[ Name = 5 ]', 'Name')).toBeUndefined()
})

it('reads back every whole number it wrote, and no text as a number', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 62n }), (bytes) => {
      const ad = writeAd({ Name: '5', Bytes: bytes })
      expect(wholeOfAd(ad, 'Bytes')).toBe(bytes)
      expect(wholeOfAd(ad, 'Name')).toBeUndefined()
    }),
  )
})
