import { address, bytesToHex, type Hex32, hexToBytes, ZERO_HEX32 } from '@millrace/base'
import { keccak256 } from 'viem'
import { describe, expect, it } from 'vitest'
import { keccakOf } from '../hash.ts'
import { createChunkCipher } from './chunkCipher.ts'
import { createChunkHasher } from './chunkHasher.ts'
import { chunkCount, chunkLength, fileOfferId, keyCommitmentOf, streamKeyOf } from './fileOffer.ts'
import { createKeccak } from './keccak.ts'

const bytesOf = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (i * 37 + (i >> 8)) % 256)
const OFFER = keccakOf('0a')
const KEY = { secret: keccakOf('0b'), salt: keccakOf('0c') }

describe('keccak', () => {
  it.each([0, 1, 31, 32, 135, 136, 137, 271, 272, 273, 4096, 16_425])(
    'hashes %d bytes like viem does',
    (length) => {
      expect(bytesToHex(createKeccak().hash(bytesOf(length)))).toBe(keccak256(bytesOf(length)))
    },
  )

  it('takes no more than it has room for', () => {
    expect(() => createKeccak().hash(bytesOf(32_769))).toThrow(RangeError)
  })

  it.each([0, 5, 2 ** 32 + 3])('makes the words of the keystream of chunk %d', (index) => {
    const key = hexToBytes(KEY.secret)
    const stream = createKeccak().crypt(new Uint8Array(80), { key, index })
    const word = (w: number) =>
      keccakOf(KEY.secret, index.toString(16).padStart(16, '0'), w.toString(16).padStart(16, '0'))
    expect(bytesToHex(stream)).toBe(word(0) + word(1).slice(2) + word(2).slice(2, 2 + 32))
  })
})

describe('chunks', () => {
  it('hashes a plain chunk with index and salt, and a leaf over both hashes', () => {
    const hasher = createChunkHasher()
    const plain = bytesOf(100)
    const found = hasher.plainHash(258, hexToBytes(KEY.salt), plain)
    expect(bytesToHex(found)).toBe(keccakOf('02', '0000000000000102', KEY.salt, bytesToHex(plain)))
    expect(bytesToHex(hasher.leaf(258, found, plain))).toBe(
      keccakOf('00', '0000000000000102', bytesToHex(found), keccak256(plain)),
    )
  })

  it('opens what it sealed, and only with the same key, offer and index', () => {
    const cipher = createChunkCipher(OFFER, KEY)
    const plain = bytesOf(333)
    const sealed = cipher.seal(7, plain)
    expect(sealed.cipher).not.toEqual(plain)
    expect(cipher.open(7, sealed.cipher)).toEqual({ plain, plainHash: sealed.plainHash })
    for (const other of [
      createChunkCipher(OFFER, { ...KEY, secret: KEY.salt }).open(7, sealed.cipher),
      createChunkCipher(KEY.salt, KEY).open(7, sealed.cipher),
      cipher.open(8, sealed.cipher),
    ]) {
      expect(other.plain).not.toEqual(plain)
      expect(other.plainHash).not.toEqual(sealed.plainHash)
    }
  })

  it('hides equal chunks from whoever has no key', () => {
    const cipher = createChunkCipher(OFFER, KEY)
    const [a, b] = [cipher.seal(0, bytesOf(64)), cipher.seal(1, bytesOf(64))]
    expect(a.plainHash).not.toEqual(b.plainHash)
    expect(a.cipher).not.toEqual(b.cipher)
  })
})

describe('offers', () => {
  const SELLER = address('0x00000000000000000000000000000000005e11e2')
  const name = {
    chainId: 31337,
    verifyingContract: SELLER,
    seller: SELLER,
    nonce: 4n,
  } as Parameters<typeof fileOfferId>[0]

  it('are named by chain, contract, seller and nonce', () => {
    const ids = [
      name,
      { ...name, chainId: 1 },
      { ...name, nonce: 5n },
      { ...name, seller: address('0x00000000000000000000000000000000005e11e3') },
    ].map(fileOfferId)
    expect(new Set(ids).size).toBe(4)
  })

  it('bind to the key and derive no stream key twice', () => {
    expect(keyCommitmentOf(OFFER, KEY)).toBe(keccakOf('04', OFFER, KEY.secret, KEY.salt))
    expect(keyCommitmentOf(OFFER, { ...KEY, salt: ZERO_HEX32 as Hex32 })).not.toBe(
      keyCommitmentOf(OFFER, KEY),
    )
    expect(streamKeyOf(OFFER, KEY.secret)).not.toBe(streamKeyOf(KEY.salt, KEY.secret))
  })

  it('have a shorter last chunk where the size asks for it', () => {
    expect(chunkCount({ sizeBytes: 4096n, chunkBytes: 4096 })).toBe(1)
    expect(chunkCount({ sizeBytes: 4097n, chunkBytes: 4096 })).toBe(2)
    expect(chunkLength({ sizeBytes: 4097n, chunkBytes: 4096 }, 0)).toBe(4096)
    expect(chunkLength({ sizeBytes: 4097n, chunkBytes: 4096 }, 1)).toBe(1)
  })
})
