import { isInnerPath, packArchive } from '@millrace/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isCollectable } from './outputPath.ts'

const pathName = fc
  .oneof(
    fc.string({ minLength: 1, maxLength: 120, unit: fc.constantFrom('a', 'b', 'é', '\\') }),
    fc.string({ minLength: 95, maxLength: 105, unit: fc.constant('n') }),
  )
  .filter((name) => name !== '.' && name !== '..')

test('a path is collectable exactly when a result archive can hold it', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(fc.array(pathName, { minLength: 1, maxLength: 5 }), (names) => {
      const path = names.join('/')
      expect(isCollectable(path)).toBe(isInnerPath(path) && fits(`out/${path}`))
    }),
    { numRuns: 2000 },
  )
})

function fits(path: string): boolean {
  try {
    packArchive([{ path, bytes: new Uint8Array() }])
    return true
  } catch {
    return false
  }
}
