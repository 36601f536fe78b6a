import { type ChildProcess, spawn } from 'node:child_process'
import type { Writable } from 'node:stream'
import { PREFIX_BYTES, type Request, type Response } from '../child/messages.ts'
import { nodeArguments, type Sandbox } from './sandbox.ts'

export type Reply = { head: Response; body: Buffer }
/** Bytes that follow a request's head: as they are, or made while they are sent. */
export type Body = { sizeBytes: number; chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array> }

const NO_BODY: Body = { sizeBytes: 0, chunks: [] }
const MAX_HEAD_BYTES = 256 << 20
const STDERR_BYTES = 2000

/**
 * One sandboxed process. It answers requests one at a time. Nothing that it says is trusted: sizes
 * are bounded here, contents are checked by the caller.
 */
export class SandboxChild {
  readonly #process: ChildProcess
  /** Programs that it has compiled. */
  readonly loaded = new Set<string>()
  readonly #inbox: Inbox
  #gone: Error | undefined
  #stderr = ''

  constructor(sandbox: Sandbox, { entry, flags }: { entry: string; flags: readonly string[] }) {
    const [file, ...args] = [
      ...sandbox.prefix,
      sandbox.node,
      ...nodeArguments(sandbox, entry, flags),
    ]
    // Detached: a process group of its own, so that a kill reaches all of it.
    this.#process = spawn(file as string, args, { env: {}, cwd: '/', detached: true })
    this.#inbox = new Inbox()
    this.#process.stdout?.on('data', (chunk: Buffer) => {
      const error = this.#inbox.take(chunk)
      if (error) this.#end(error)
    })
    this.#process.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString('utf8')).slice(-STDERR_BYTES)
    })
    // A child that dies while it is written to is reported by its end.
    this.#process.stdin?.on('error', () => {})
    this.#process.on('error', (error) => this.#end(error))
    // What the sandbox's own command started may outlive it for a moment and hold the pipes open, and
    // then `close` would never come. The group's number is not used again while it has a member.
    this.#process.on('exit', () => signalGroup(this.#process))
    this.#process.on('close', (code, signal) =>
      this.#end(new Error(`child ended with ${signal ?? `code ${code}`}${this.#lastWords()}`)),
    )
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  get alive(): boolean {
    return this.#gone === undefined
  }

  /** Waits until the child has started. */
  async ready(): Promise<void> {
    const { head } = await this.#reply(0)
    if (head.kind !== 'ready') throw new Error(`child began with ${head.kind}`)
  }

  /**
   * Sends a request and gives the answer; rejects when the child ends first.
   *
   * @param maxBodyBytes - A longer answer kills the child.
   */
  async request(head: Request, body: Body = NO_BODY, maxBodyBytes = 0): Promise<Reply> {
    const reply = this.#reply(maxBodyBytes)
    reply.catch(() => {})
    try {
      await this.#send(head, body)
    } catch (error) {
      // Half a request cannot be taken back.
      this.#end(error instanceof Error ? error : new Error(String(error)))
    }
    return reply
  }

  /** Kills the whole process group, at once. */
  kill(reason: string): void {
    this.#end(new Error(reason))
  }

  #reply(maxBodyBytes: number): Promise<Reply> {
    if (this.#gone) return Promise.reject(this.#gone)
    return this.#inbox.next(maxBodyBytes)
  }

  #end(error: Error): void {
    if (this.#gone) return
    this.#gone = error
    killGroup(this.#process)
    this.#inbox.close(error)
  }

  async #send(head: Request, { sizeBytes, chunks }: Body): Promise<void> {
    const stdin = this.#process.stdin
    if (!stdin || this.#gone) return
    const json = Buffer.from(JSON.stringify(head))
    const start = Buffer.alloc(PREFIX_BYTES)
    start.writeUInt32LE(json.length, 0)
    start.writeBigUInt64LE(BigInt(sizeBytes), 4)
    await write(stdin, Buffer.concat([start, json]))
    let sent = 0
    for await (const chunk of chunks) {
      sent += chunk.length
      if (sent > sizeBytes || this.#gone) break
      if (chunk.length > 0) await write(stdin, chunk)
    }
    if (sent !== sizeBytes && !this.#gone)
      throw new Error(`an input has ${sent} bytes of ${sizeBytes} announced`)
  }

  #lastWords(): string {
    const line = this.#stderr.split('\n').find((text) => /fatal|error|memory/i.test(text))
    return line === undefined ? '' : `: ${line.trim().slice(0, 200)}`
  }
}

/** Resolves when the stream takes more, or has failed. */
function write(stream: Writable, bytes: Uint8Array): Promise<void> | undefined {
  if (stream.write(bytes)) return undefined
  return new Promise((resolve) => {
    const done = () => {
      stream.off('drain', done)
      stream.off('close', done)
      resolve()
    }
    stream.on('drain', done)
    stream.on('close', done)
  })
}

function killGroup(child: ChildProcess): void {
  // Once it was reaped, its number may belong to another process.
  if (child.exitCode !== null || child.signalCode !== null) return
  signalGroup(child)
  child.stdin?.destroy()
  child.stdout?.destroy()
  child.stderr?.destroy()
}

function signalGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    if (process.platform === 'win32') child.kill('SIGKILL')
    else process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It ended a moment ago.
  }
}

/** Puts answers together from the chunks of a pipe. */
class Inbox {
  #chunks: Buffer[] = []
  #chunkBytes = 0
  /** Bytes needed to go on: first the prefix, then the whole head. */
  #headEnd = PREFIX_BYTES
  #head: Response | undefined
  #body: Buffer | undefined
  #filled = 0
  #waiting:
    | { maxBodyBytes: number; resolve: (reply: Reply) => void; reject: (e: Error) => void }
    | undefined

  next(maxBodyBytes: number): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.#waiting = { maxBodyBytes, resolve, reject }
    })
  }

  close(error: Error): void {
    this.#waiting?.reject(error)
    this.#waiting = undefined
  }

  /** An error when the child broke the protocol. */
  take(chunk: Buffer): Error | undefined {
    if (!this.#waiting) return new Error('child spoke without being asked')
    const rest = this.#body ? chunk : this.#readHead(chunk)
    if (rest instanceof Error || rest === undefined) return rest
    const body = this.#body as Buffer
    if (this.#filled + rest.length > body.length) return new Error('child sent too many bytes')
    rest.copy(body, this.#filled)
    this.#filled += rest.length
    if (this.#filled === body.length) this.#finish(body)
    return undefined
  }

  /** The chunk's part behind the head, once the head is there. */
  #readHead(chunk: Buffer): Buffer | Error | undefined {
    this.#chunks.push(chunk)
    this.#chunkBytes += chunk.length
    if (this.#chunkBytes < this.#headEnd) return undefined
    const all = Buffer.concat(this.#chunks)
    this.#chunks = [all]
    const headBytes = all.readUInt32LE(0)
    const bodyBytes = Number(all.readBigUInt64LE(4))
    if (headBytes > MAX_HEAD_BYTES || bodyBytes > (this.#waiting?.maxBodyBytes ?? 0))
      return new Error(`child announced ${headBytes} and ${bodyBytes} bytes`)
    const end = PREFIX_BYTES + headBytes
    this.#headEnd = end
    if (all.length < end) return undefined
    try {
      this.#head = JSON.parse(all.toString('utf8', PREFIX_BYTES, end)) as Response
    } catch {
      return new Error('child sent a head that is no JSON')
    }
    this.#body = Buffer.allocUnsafe(bodyBytes)
    this.#filled = 0
    return all.subarray(end)
  }

  #finish(body: Buffer): void {
    const waiting = this.#waiting
    const head = this.#head as Response
    this.#chunks = []
    this.#chunkBytes = 0
    this.#headEnd = PREFIX_BYTES
    this.#head = undefined
    this.#body = undefined
    this.#waiting = undefined
    waiting?.resolve({ head, body })
  }
}
