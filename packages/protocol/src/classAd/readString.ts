import { ClassAdSyntaxError } from './errors.ts'

const ESCAPES: Record<string, string> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

/** Text between quotes from an offset, adjacent quoted texts joined; `end` is past the last quote. */
export function readQuoted(text: string, at: number): { value: string; end: number } {
  const quote = text[at] ?? ''
  let raw = ''
  let start = at
  for (;;) {
    const close = closingQuote(text, start, quote)
    raw += text.slice(start + 1, close)
    const next = skipSpace(text, close + 1)
    if (text[next] !== quote) return { value: readEscapes(raw, at), end: close + 1 }
    start = next
  }
}

function closingQuote(text: string, start: number, quote: string): number {
  for (let i = start + 1; i < text.length && text[i] !== '\0'; i++) {
    if (text[i] === '\\') i += 1
    else if (text[i] === quote) return i
  }
  throw new ClassAdSyntaxError({
    position: start,
    found: text.slice(start, start + 20),
    expected: `a text that ends with ${quote}`,
    hint: `Write \\${quote} for a quote inside the text.`,
  })
}

function skipSpace(text: string, from: number): number {
  let at = from
  while (at < text.length && /\s/.test(text[at] ?? '')) at += 1
  return at
}

function readEscapes(raw: string, position: number): string {
  return raw.replace(/\\([0-3][0-7]{2}|[0-7]{1,2}|[\s\S])/g, (written, after: string) => {
    if (!/^[0-7]/.test(after)) return ESCAPES[after] ?? after
    const code = Number.parseInt(after, 8)
    if (code !== 0) return String.fromCharCode(code)
    throw new ClassAdSyntaxError({
      position,
      found: written,
      expected: 'a text without zero bytes',
    })
  })
}
