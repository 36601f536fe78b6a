/**
 * Columns padded to their widest cell, two spaces apart; wide characters count double.
 *
 * @param width - Columns of the terminal: what goes beyond is cut.
 */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  width = Number.POSITIVE_INFINITY,
): string {
  const all = [header, ...rows]
  const widths = header.map((_, column) =>
    Math.max(...all.map((row) => displayWidth(row[column] ?? ''))),
  )
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - displayWidth(cell)))
      .join('  ')
      .trimEnd()
  return all.map((row) => cut(line(row), width)).join('\n')
}

/** A text that is too long, up to where it fits, with an ellipsis. */
function cut(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  let kept = ''
  for (const character of text) {
    if (displayWidth(kept + character) > width - 1) break
    kept += character
  }
  return `${kept.trimEnd()}…`
}

/** Columns a text takes on a terminal, colours not counted. */
export function displayWidth(text: string): number {
  let width = 0
  for (const character of stripColours(text)) width += isWide(character) ? 2 : 1
  return width
}

function stripColours(text: string): string {
  let plain = ''
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\u001b' && text[i + 1] === '[') {
      while (i < text.length && text[i] !== 'm') i++
    } else plain += text[i]
  }
  return plain
}

/** East Asian wide characters, as far as this program prints them. */
function isWide(character: string): boolean {
  const code = character.codePointAt(0) ?? 0
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0x20000 && code <= 0x3fffd)
  )
}
