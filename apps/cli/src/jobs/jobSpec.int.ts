import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type JobFlags, specOfFlags } from './jobSpec.ts'

const NONE: JobFlags = { args: [], each: [], array: undefined, input: [] }
let dir: string
const at = (...names: string[]): string => join(dir, ...names)

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'millrace-spec-'))
  mkdirSync(at('data', 'deep'), { recursive: true })
  for (const name of ['a.wav', 'b.wav', 'c.txt', 'data/one.csv', 'data/deep/two.csv'])
    writeFileSync(at(name), name)
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

describe('a bag', () => {
  it('is one task when nothing makes more of it', () => {
    const spec = specOfFlags({ ...NONE, args: ['1', '2'] }, undefined)
    expect(spec).toMatchObject({ common: { args: ['1', '2'] }, tasks: [{ args: [] }] })
  })

  it('has a task per number, arguments filled in', () => {
    const spec = specOfFlags({ ...NONE, array: '5-6', args: ['--seed', '{i}'] }, undefined)
    expect(spec.tasks.map(({ args }) => args)).toEqual([
      ['--seed', '5'],
      ['--seed', '6'],
    ])
    expect(spec.labels).toEqual(['5', '6'])
  })

  it('has a task per file, each with its own input', () => {
    const spec = specOfFlags(
      { ...NONE, each: [at('*.wav')], args: ['{file}', '{stem}'] },
      undefined,
    )
    expect(spec.tasks).toMatchObject([
      { args: ['/in/a.wav', 'a'], inputs: [{ path: 'a.wav', sizeBytes: 5 }] },
      { args: ['/in/b.wav', 'b'], inputs: [{ path: 'b.wav' }] },
    ])
  })

  it('is the example of the app when nothing at all is said', () => {
    const spec = specOfFlags(NONE, { count: 3, args: ['{i}', '{n}'], inputs: [] })
    expect(spec.isExample).toBe(true)
    expect(spec.tasks.map(({ args }) => args)).toEqual([
      ['0', '3'],
      ['1', '3'],
      ['2', '3'],
    ])
  })

  it('keeps arguments that no task changes once', () => {
    const spec = specOfFlags({ ...NONE, array: '1-3', args: ['same'] }, undefined)
    expect(spec.common.args).toEqual(['same'])
    expect(spec.tasks.every(({ args }) => args.length === 0)).toBe(true)
  })
})

describe('inputs', () => {
  it('are seen under their names, or under the name given', () => {
    const { common } = specOfFlags(
      { ...NONE, input: [at('c.txt'), `${at('a.wav')}:x/y.wav`] },
      undefined,
    )
    expect(common.inputs.map(({ path }) => path)).toEqual(['c.txt', 'x/y.wav'])
  })

  it('of a directory are all its files, with their paths', () => {
    const { common } = specOfFlags({ ...NONE, input: [at('data')] }, undefined)
    expect(common.inputs.map(({ path }) => path)).toEqual(['data/deep/two.csv', 'data/one.csv'])
  })

  it.each([
    [{ input: ['nowhere.txt'] }, /--input: nowhere.txt cannot be read \(ENOENT\)/],
    [{ input: ['c.txt', 'c.txt'] }, /no other input has/],
    [{ input: ['c.txt:../x'] }, /path below \/in/],
    [{ each: ['*.none'] }, /--each is .* matches at least one plain file/],
    [{ each: ['*.wav'], array: '1-2' }, /--array is .* left out when --each/],
  ])('that cannot be are refused by name: %j', (flags, message) => {
    const here = process.cwd()
    process.chdir(dir)
    try {
      expect(() => specOfFlags({ ...NONE, ...flags }, undefined)).toThrow(message)
    } finally {
      process.chdir(here)
    }
  })
})
