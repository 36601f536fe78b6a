import { InvalidInputError } from '@millrace/base'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { packArchive, readArchive } from './archive.ts'

const name = fc.stringMatching(/^[a-zé0-9_-]{1,30}$/)
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'))
const files = fc.uniqueArray(fc.record({ path, bytes: fc.uint8Array({ maxLength: 1500 }) }), {
  selector: (file) => file.path,
  maxLength: 8,
})

it('reads back what it packs, whatever the order', () => {
  fc.assert(
    fc.property(files, (all) => {
      const archive = packArchive(all)
      expect(packArchive(all.toReversed())).toEqual(archive)
      const read = new Map(readArchive(archive).map((file) => [file.path, file.bytes]))
      expect(read).toEqual(new Map(all.map((file) => [file.path, file.bytes])))
    }),
  )
})

it('a changed byte is refused or changes the files: no two archives read the same', () => {
  fc.assert(
    fc.property(files, fc.nat(), fc.integer({ min: 1, max: 255 }), (all, position, change) => {
      const archive = packArchive(all)
      const index = position % archive.length
      archive[index] = (archive[index] as number) ^ change
      let read: ReturnType<typeof readArchive>
      try {
        read = readArchive(archive)
      } catch (error) {
        expect(error instanceof InvalidInputError || error instanceof TypeError).toBe(true)
        return
      }
      expect(packArchive(read)).not.toEqual(packArchive(all))
    }),
  )
})
