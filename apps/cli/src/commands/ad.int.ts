import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unixSeconds } from '@millrace/base'
import { ClassAdSyntaxError } from '@millrace/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Context } from '../context.ts'
import { FileNotReadableError } from '../errors.ts'
import { EXIT } from '../exitCodes.ts'
import { en } from '../language/en.ts'
import { createOutput } from '../terminal/output.ts'
import { adEval, adMatch } from './ad.ts'

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'millrace-ad-'))
})
afterAll(() => rmSync(dir, { recursive: true }))

/** What a command prints, and a context to run it in. */
function aContext({ json = false } = {}) {
  let printed = ''
  const stdout = {
    write: (text: string | Uint8Array) => {
      printed += text
    },
  }
  const out = createOutput({ json, colour: false, stdout, stderr: stdout })
  const clock = { nowMs: () => 1_700_000_000_000 }
  const random = { bytes: (count: number) => new Uint8Array(count).fill(128) }
  const context = { out, t: en, clock, random } as unknown as Context
  return { context, printed: () => printed.trim() }
}

function fileOf(name: string, text: string): string {
  const path = join(dir, name)
  writeFileSync(path, text)
  return path
}

describe('ad eval', () => {
  it('prints a value between two ads, one of them a file', async () => {
    const { context, printed } = aContext()
    const target = fileOf('pool.ad', '[ MemoryMiB = 2048;\n  Region = "eu" ]\n')
    const code = await adEval(context, ['TARGET.MemoryMiB / Share'], {
      my: '[Share = 4]',
      target,
    })
    expect([code, printed()]).toEqual([EXIT.ok, '512'])
  })

  it('prints type and value as JSON', async () => {
    const { context, printed } = aContext({ json: true })
    await adEval(context, ['nothing'], {})
    expect(JSON.parse(printed())).toEqual({ type: 'undefined', value: 'undefined' })
  })

  it('knows the time, and draws numbers', async () => {
    const { context, printed } = aContext()
    await adEval(context, [`{time() == ${unixSeconds(1_700_000_000)}, random(10)}[0]`], {})
    await adEval(context, ['random(10)'], {})
    expect(printed()).toBe('true\n5')
  })

  it('looks names up in the other ad with --old alone', async () => {
    const { context, printed } = aContext()
    await adEval(context, ['x'], { target: '[x = 1]' })
    await adEval(context, ['x'], { target: '[x = 1]', old: true })
    expect(printed()).toBe('undefined\n1')
  })

  it('says where an expression or an ad cannot be read', () => {
    const { context } = aContext()
    expect(() => adEval(context, ['1 +'], {})).toThrow(ClassAdSyntaxError)
    expect(() => adEval(context, ['1'], { my: '[a = ]' })).toThrow(ClassAdSyntaxError)
    expect(() => adEval(context, ['1'], { my: join(dir, 'none') })).toThrow(FileNotReadableError)
  })
})

describe('ad match', () => {
  it('tells what each side makes of the other, and ends with it', async () => {
    const { context, printed } = aContext({ json: true })
    const job = '[Requirements = TARGET.MemoryMiB >= 1024; Rank = TARGET.Speed * 2]'
    const pool = fileOf('p.ad', '[MemoryMiB = 2048; Speed = 1.5; Requirements = true]')
    expect(await adMatch(context, [job, pool], {})).toBe(EXIT.ok)
    expect(JSON.parse(printed())).toEqual({
      matches: true,
      left: { requirements: { type: 'boolean', value: 'true' }, rank: 3 },
      right: { requirements: { type: 'boolean', value: 'true' }, rank: 0 },
    })
  })

  it('ends with "no deal" where one side refuses', async () => {
    const { context, printed } = aContext()
    expect(await adMatch(context, ['[Requirements = TARGET.Gpus > 0]', '[]'], {})).toBe(EXIT.noDeal)
    expect(printed()).toMatch(/^no match\n.*requirements undefined, ranks the other 0/)
  })
})
