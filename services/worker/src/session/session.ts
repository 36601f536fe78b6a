import { BaseError, createSerialQueue, every, type Random } from '@millrace/base'
import type { PoolMessage, WorkerMessage } from '@millrace/wire'
import { PoolMisbehavedError } from '../errors.ts'
import { type DialOptions, dial } from './dial.ts'

export type SessionOptions = Omit<DialOptions, 'onWelcome' | 'onMessage' | 'poolUrl'> & {
  /** Looked up before each dialling: a pool may have moved. */
  findPool(): Promise<string>
  random: Random
  /** A session is open: says what this worker is and holds, and sends again what is due. */
  onOpen(): void
  /** Says that the worker lives and what it runs. */
  heartbeat(): void
  /** Messages one at a time, in their order. An error ends only the message. */
  onMessage(message: PoolMessage): Promise<void>
}

export type Session = {
  /** Dropped while no session is open. */
  send(message: WorkerMessage): void
  isOpen(): boolean
  /** Keeps a session open until the signal aborts, dialling again for ever. */
  run(): Promise<void>
}

const FIRST_PAUSE_MS = 50
const MAX_PAUSE_MS = 10_000
/** Tries that fail before a person is told, and again after each multiple. */
const TRIES_BEFORE_WARNING = 5

export function createSession(options: SessionOptions): Session {
  const { clock, log, signal, random } = options
  const inOrder = createSerialQueue()
  let sendNow: ((message: WorkerMessage) => void) | undefined
  let tries = 0

  const onWelcome: DialOptions['onWelcome'] = (send, { heartbeatSec }) => {
    tries = 0
    sendNow = send
    const closed = new AbortController()
    const onError = (error: unknown) => log.error('heartbeat failed', { error: String(error) })
    const beat = { clock, signal: closed.signal, periodMs: heartbeatSec * 1000, onError }
    stopBeating = () => closed.abort()
    log.info('session opened', { pool: options.pool })
    options.onOpen()
    every(beat, options.heartbeat).catch(() => {})
  }
  let stopBeating = (): void => {}

  const once = async (): Promise<void> => {
    try {
      const poolUrl = await options.findPool()
      await dial({
        ...options,
        poolUrl,
        onWelcome,
        onMessage: (message) => {
          inOrder(() => options.onMessage(message)).catch((error) => report(message, error))
        },
      })
    } finally {
      stopBeating()
      if (sendNow !== undefined) log.info('session ended', { pool: options.pool })
      sendNow = undefined
    }
  }
  const report = (message: PoolMessage, error: unknown): void => {
    const facts = { type: message.type, error: String(error) }
    if (error instanceof PoolMisbehavedError) log.warn('pool message refused', facts)
    else if (error instanceof BaseError) log.warn('pool message failed', facts)
    else log.error('pool message broke', facts)
  }

  return {
    send: (message) => sendNow?.(message),
    isOpen: () => sendNow !== undefined,
    async run() {
      while (!signal.aborted) {
        try {
          await once()
        } catch (error) {
          tries++
          const level = tries % TRIES_BEFORE_WARNING === 0 ? 'warn' : 'debug'
          log[level]('session failed', { tries, error: String(error) })
        }
        if (signal.aborted) return
        const pauseMs = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(tries, 10))
        // Spread out, so that a pool coming back is not met by all its workers at once.
        await clock.sleep(pauseMs * (0.5 + random.float()), signal).catch(() => {})
      }
    },
  }
}
