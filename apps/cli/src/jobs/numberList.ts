import { InvalidInputError } from '@millrace/base'

const MAX_NUMBERS = 100_000

/**
 * Numbers of a list such as `1-100`, `0-90:10`, `1,3,5-8`, `1_000`; in the order written.
 *
 * @throws {InvalidInputError} for anything else, a number twice, or more than 100 000 of them.
 */
export function parseNumberList(text: string, field: string): number[] {
  const bad = (expected: string) => new InvalidInputError({ field, value: text, expected })
  const numbers: number[] = []
  for (const part of text.replaceAll('_', '').split(',')) {
    const { first, last, step } = parseRange(part.trim(), bad)
    if (numbers.length + (last - first) / step >= MAX_NUMBERS)
      throw bad(`at most ${MAX_NUMBERS} numbers`)
    for (let number = first; number <= last; number += step) numbers.push(number)
  }
  if (new Set(numbers).size !== numbers.length) throw bad('a list that names no number twice')
  return numbers
}

function parseRange(
  part: string,
  bad: (expected: string) => InvalidInputError,
): { first: number; last: number; step: number } {
  const match = /^(\d{1,12})(?:-(\d{1,12})(?::(\d{1,12}))?)?$/.exec(part)
  if (!match) throw bad('numbers and ranges such as 1-100, 0-90:10 or 1,3,5-8')
  const first = Number(match[1])
  const last = Number(match[2] ?? match[1])
  const step = Number(match[3] ?? 1)
  if (last < first) throw bad(`a range that goes up: ${last}-${first} instead of ${part}`)
  if (step < 1) throw bad('a range with a step of at least 1')
  return { first, last, step }
}
