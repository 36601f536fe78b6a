const ESCAPES: Record<string, string> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
}
const RESERVED = new Set(['true', 'false', 'undefined', 'error', 'is', 'isnt'])
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/** A string literal that reads back as the text. */
export function printString(text: string): string {
  return `"${escapeText(text, '"')}"`
}

/** A name of an attribute, in quotes when it would not be read as one without. */
export function printName(name: string): string {
  if (NAME.test(name) && !RESERVED.has(name.toLowerCase())) return name
  return `'${escapeText(name, "'")}'`
}

function escapeText(text: string, quote: string): string {
  let escaped = ''
  for (const char of text) escaped += char === quote ? `\\${quote}` : escapeChar(char)
  return escaped
}

function escapeChar(char: string): string {
  const written = ESCAPES[char]
  if (written !== undefined) return written
  const code = char.charCodeAt(0)
  return code < 32 || code === 127 ? `\\${code.toString(8).padStart(3, '0')}` : char
}
