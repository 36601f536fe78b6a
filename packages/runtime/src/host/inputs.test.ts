import { expect, test } from 'vitest'
import { inputsProblem, totalBytes } from './inputs.ts'

const input = (path: string, length = 1) => ({ path, source: new Uint8Array(length) })

test('inputs lie below /in, once each and not inside each other', () => {
  expect(inputsProblem([input('a'), input('b/c'), input('b/d')], 10)).toBeUndefined()
  expect(inputsProblem([input('../a')], 10)).toContain('not below /in')
  expect(inputsProblem([input('/a')], 10)).toContain('not below /in')
  expect(inputsProblem([input('a'), input('a')], 10)).toContain('twice')
  expect(inputsProblem([input('a/b'), input('a')], 10)).toContain('inside another')
})

test('inputs are counted together, on disk or in memory', () => {
  const inputs = [input('a', 6), { path: 'b', source: { hostPath: '/x', sizeBytes: 5 } }]
  expect(totalBytes(inputs)).toBe(11)
  expect(inputsProblem(inputs, 10)).toContain('11 bytes')
})
