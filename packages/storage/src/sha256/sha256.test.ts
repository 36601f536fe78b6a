import { expect, it } from 'vitest'
import { sha256 as native } from './native.ts'
import { sha256 as portable } from './portable.ts'

it.each([0, 1, 55, 56, 63, 64, 65, 1000])(
  'is the same for %d bytes in Node and in browsers',
  (size) => {
    const bytes = Uint8Array.from({ length: size }, (_, i) => (31 * i) % 256)
    expect(Buffer.from(portable(bytes))).toEqual(Buffer.from(native(bytes)))
  },
)
