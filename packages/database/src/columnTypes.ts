import pg from 'pg'

const { builtins, getTypeParser } = pg.types

const toBigInt = (text: string): bigint => BigInt(text)
const toNumeric = (text: string): bigint | string => (/^-?\d+$/.test(text) ? BigInt(text) : text)
const toBytes = (text: string): Uint8Array => {
  // Buffers of node share one pool; a view of its own size cannot show what lies beside it.
  const buffer = Buffer.from(text.slice(2), 'hex')
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)
}

const PARSERS = new Map<number, (text: string) => unknown>([
  [builtins.INT8, toBigInt],
  [builtins.NUMERIC, toNumeric],
  [builtins.BYTEA, toBytes],
  [1016, arrayOf(toBigInt)],
  [1231, arrayOf(toNumeric)],
  [1001, arrayOf(toBytes)],
])

/** How columns become values: exact, so no float ever stands for an amount. */
export const columnTypes: pg.CustomTypesConfig = {
  getTypeParser: ((id: number, format?: 'text' | 'binary') => {
    const parse = format === 'binary' ? undefined : PARSERS.get(id)
    return parse ?? getTypeParser(id, format as 'text')
  }) as typeof getTypeParser,
}

function arrayOf(parse: (text: string) => unknown): (text: string) => unknown[] {
  const parseTexts = getTypeParser(builtins.TEXT + 984) as (text: string) => (string | null)[]
  return (text) => parseTexts(text).map((item) => (item === null ? null : parse(item)))
}
