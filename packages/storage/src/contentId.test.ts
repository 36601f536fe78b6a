import { expect, test } from 'vitest'
import { cidOf, cidToContent, contentToCid, LEAF_BYTES, normalCid } from './contentId.ts'

const text = (value: string): Uint8Array => new TextEncoder().encode(value)

// Ids that every IPFS tool gives for these bytes as a single raw block.
test.each([
  ['', 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku'],
  ['hello world', 'bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e'],
])('names %j as IPFS does', (value, cid) => {
  expect(cidOf(text(value))).toBe(cid)
})

test('gives contracts the bare sha2-256 digest', () => {
  // sha256('hello world')
  const content = '0xb94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9'
  const { content: found, codec } = cidToContent(cidOf(text('hello world')))
  expect({ found, codec }).toEqual({ found: content, codec: 0x55 })
})

test.each([
  'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy',
  'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi',
])('comes back from the chain as %s', (cid) => {
  expect(contentToCid(cidToContent(cid))).toBe(cid)
})

test('turns an id of version 0 into the one form that we keep', () => {
  expect(normalCid('QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o')).toBe(
    'bafybeicg2rebjoofv4kbyovkw7af3rpiitvnl6i7ckcywaq6xjcxnc2mby',
  )
})

test.each([
  ['nothing', ''],
  ['another text', '../../etc/passwd'],
  ['a hash other than sha2-256', 'bafk2bzaceaxm23epjsmh75yvzcecsrbavlmkcxnva66bkdebdcnyw3bjrc74u'],
  ['another codec', 'bafyreigbtj4x7ip5legnfznufuopl4sg4knzc2cof6duas4b3q2fy6swua'],
])('refuses %s', (_, cid) => {
  expect(() => cidToContent(cid)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
})

test('refuses to name what is no single block', () => {
  expect(() => cidOf(new Uint8Array(LEAF_BYTES + 1))).toThrow(RangeError)
  expect(() => contentToCid({ content: `0x${'00'.repeat(32)}` as never, codec: 0x71 })).toThrow()
})
