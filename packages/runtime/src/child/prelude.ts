/**
 * JavaScript that runs inside the engine before a program: makes the global functions of
 * packages/runtime/guest.d.ts from the host's. Its value takes the host's functions and gives the
 * function that reports an uncaught error.
 */
export const PRELUDE = `(host) => {
  'use strict'
  const format = (value) => {
    if (typeof value === 'string') return value
    if (value instanceof Error) return value.stack ? value + '\\n' + value.stack.trimEnd() : String(value)
    if (typeof value !== 'object' || value === null) return String(value)
    try { return JSON.stringify(value) ?? String(value) } catch { return String(value) }
  }
  const line = (write) => (...values) => write(values.map(format).join(' ') + '\\n')
  const toBytes = (data) => {
    if (typeof data === 'string') return data
    if (data instanceof ArrayBuffer) return new Uint8Array(data)
    if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    throw new TypeError('writeFile: data must be a string, an ArrayBuffer or a typed array')
  }
  const out = line(host.stdout)
  const err = line(host.stderr)
  const api = {
    args: Object.freeze(host.args.map(String)),
    readFile: (path) => host.readFile(String(path)),
    readText: (path) => host.readText(String(path)),
    writeFile: (path, data) => host.writeFile(String(path), toBytes(data)),
    listFiles: (path = '/in') => host.listFiles(String(path)).split('\\0').slice(0, -1),
    print: out,
    console: Object.freeze({ log: out, info: out, debug: out, warn: err, error: err }),
    exit: (code = 0) => host.exit(String(Number(code) >>> 0)),
  }
  for (const [name, value] of Object.entries(api))
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true })
  let pool = new Float64Array(0)
  let next = 0
  Math.random = () => {
    if (next === pool.length) {
      pool = new Float64Array(host.random().buffer)
      next = 0
    }
    return pool[next++]
  }
  return (error) => err('Uncaught ' + format(error))
}`
