import { describe, expect, it } from 'vitest'
import { parseMessage, SessionRefusal } from './sessionMessages.ts'

const refusalOf = (text: string): SessionRefusal | undefined => {
  try {
    parseMessage(text)
    return undefined
  } catch (error) {
    return error instanceof SessionRefusal ? error : undefined
  }
}

describe('reading a frame', () => {
  it('takes a message of the protocol', () => {
    expect(parseMessage('{"type":"leaving"}')).toEqual({ type: 'leaving' })
  })

  it.each([
    ['not JSON', '{', 'a frame is not JSON'],
    ['no known type', '{"type":"pay me"}', /type/],
    [
      'a bad field',
      '{"type":"tags","items":[{"taskId":"0x12","tag":"0x34"}]}',
      /items.0.taskId.*hash/,
    ],
    ['a field too many', '{"type":"leaving","now":true}', /now/],
  ])('refuses %s and says why', (_, text, message) => {
    const refusal = refusalOf(text)
    expect(refusal?.code).toBe('MESSAGE_INVALID')
    expect(refusal?.message).toMatch(message)
  })

  it('refuses lists beyond the limit', () => {
    const item = { taskId: `0x${'1'.repeat(64)}`, tag: `0x${'2'.repeat(64)}` }
    const items = Array.from({ length: 4097 }, () => item)
    expect(refusalOf(JSON.stringify({ type: 'tags', items }))?.message).toMatch(/items/)
  })
})
