import { readSync, writeSync } from 'node:fs'
import { PREFIX_BYTES, type Request, type Response } from './messages.ts'

const REQUESTS = 0
const RESPONSES = 1
const LARGEST_STEP = 1 << 30

/**
 * Waits for the next request. Blocking, without an event loop: a child does one thing at a time and
 * nothing of it may go on between tasks.
 *
 * @returns `undefined` when the runtime has gone.
 */
export function receive(): { head: Request; body: Uint8Array<ArrayBuffer> } | undefined {
  const prefix = readExactly(PREFIX_BYTES)
  if (!prefix) return undefined
  const view = new DataView(prefix.buffer)
  const head = readExactly(view.getUint32(0, true))
  const body = head && readExactly(Number(view.getBigUint64(4, true)))
  if (!body) return undefined
  return { head: JSON.parse(new TextDecoder().decode(head)) as Request, body }
}

export function send(head: Response, parts: readonly Uint8Array[] = []): void {
  const json = new TextEncoder().encode(JSON.stringify(head))
  const start = new Uint8Array(PREFIX_BYTES + json.length)
  const view = new DataView(start.buffer)
  view.setUint32(0, json.length, true)
  view.setBigUint64(4, BigInt(parts.reduce((sum, part) => sum + part.length, 0)), true)
  start.set(json, PREFIX_BYTES)
  for (const part of [start, ...parts]) writeAll(part)
}

function readExactly(length: number): Uint8Array<ArrayBuffer> | undefined {
  const bytes = new Uint8Array(length)
  for (let at = 0; at < length; ) {
    const count = readSync(REQUESTS, bytes, at, Math.min(length - at, LARGEST_STEP), null)
    if (count === 0) return undefined
    at += count
  }
  return bytes
}

function writeAll(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; )
    at += writeSync(RESPONSES, bytes, at, Math.min(bytes.length - at, LARGEST_STEP))
}
