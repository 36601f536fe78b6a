import { toJson } from '@millrace/base'
import { describe, expect, it } from 'vitest'
import { aHash } from '../testEvents.ts'
import { readLocationsBlock } from './locationsBlock.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const CID = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'

describe('readLocationsBlock', () => {
  it('reads the place of each result, the last one of a task that is named twice', () => {
    const other = CID.replace('zy', 'za')
    const results = [
      { taskId: aHash(1), cid: CID },
      { taskId: aHash(2), cid: CID },
      { taskId: aHash(1), cid: other },
    ]
    const block = toJson({ format: 'millrace/locations/1', results })
    expect(readLocationsBlock(bytes(block))).toEqual([
      { taskId: aHash(1), cid: other },
      { taskId: aHash(2), cid: CID },
    ])
  })

  it.each([
    ['no JSON', 'hello'],
    ['another document', '{"format":"millrace/bag/1","results":[]}'],
    [
      'a bad task id',
      `{"format":"millrace/locations/1","results":[{"taskId":"0x1","cid":"${CID}"}]}`,
    ],
    [
      'a bad content id',
      `{"format":"millrace/locations/1","results":[{"taskId":"${aHash(1)}","cid":"<script>"}]}`,
    ],
  ])('refuses a block that is %s', (_, text) => {
    expect(readLocationsBlock(bytes(text))).toBeUndefined()
  })

  it('refuses bytes that are no text', () => {
    expect(readLocationsBlock(Uint8Array.of(0xff, 0xfe))).toBeUndefined()
  })
})
