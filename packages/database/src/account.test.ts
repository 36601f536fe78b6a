import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isReachable } from './account.ts'

const stranger = { uid: 65534, gid: 65534 }
let dir: string

beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'millrace-account-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

test('finds a folder out of reach below a private one, whether it exists yet or not', () => {
  mkdirSync(path.join(dir, 'inner'))
  chmodSync(dir, 0o700)
  expect(isReachable(path.join(dir, 'inner'), stranger)).toBe(false)
  expect(isReachable(path.join(dir, 'not/yet/made'), stranger)).toBe(false)
  chmodSync(dir, 0o711)
  expect(isReachable(path.join(dir, 'inner'), stranger)).toBe(true)
})

test('finds everything in reach of ourselves', () => {
  expect(isReachable(dir, undefined)).toBe(true)
})
