import { describe, expect, it } from 'vitest'
import { createOutput } from './output.ts'

function streams({ isTTY = false } = {}) {
  const written = { stdout: '', stderr: '' }
  const stream = (name: 'stdout' | 'stderr') => ({
    isTTY,
    write: (text: string | Uint8Array) => {
      written[name] += typeof text === 'string' ? text : new TextDecoder().decode(text)
    },
  })
  return { written, stdout: stream('stdout'), stderr: stream('stderr') }
}

describe('under --json', () => {
  it('writes one document to stdout and nothing else anywhere', () => {
    const { written, ...io } = streams({ isTTY: true })
    const out = createOutput({ json: true, colour: true, ...io })
    out.note('on the way')
    out.status('10 %')
    out.say('a step')
    out.bytes(new TextEncoder().encode('program output'))
    out.result({ amount: 5n }, () => 'text')
    expect(written).toEqual({ stdout: '{\n  "amount": "5"\n}\n', stderr: '' })
  })
})

describe('for people', () => {
  it('keeps progress off stdout', () => {
    const { written, ...io } = streams()
    const out = createOutput({ json: false, colour: false, ...io })
    out.note('on the way')
    out.bytes(new TextEncoder().encode('program output'))
    out.result({}, () => undefined)
    expect(written).toEqual({ stdout: 'program output', stderr: 'on the way\n' })
  })

  it('redraws a status line on a terminal and removes it before the next words', () => {
    const { written, ...io } = streams({ isTTY: true })
    const out = createOutput({ json: false, colour: false, ...io })
    out.status('10 %')
    out.note('done')
    expect(written.stderr).toBe('10 %\r\u001b[2Kdone\n')
  })

  it('draws no status line into a pipe', () => {
    const { written, ...io } = streams()
    createOutput({ json: false, colour: false, ...io }).status('10 %')
    expect(written.stderr).toBe('')
  })
})
