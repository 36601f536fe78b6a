import type { Address, Clock, Logger } from '@millrace/base'
import { toJson } from '@millrace/base'
import { signTyped } from '@millrace/chain'
import type { ProtocolDomain } from '@millrace/protocol'
import {
  type PoolMessage,
  SESSION_VERSION,
  sessionTypedData,
  type WorkerMessage,
  zPoolMessage,
} from '@millrace/wire'
import type { LocalAccount } from 'viem'
import { type RawData, WebSocket } from 'ws'
import { PoolMisbehavedError, PoolUnreachableError, SessionRefusedError } from '../errors.ts'

export type DialOptions = {
  /** http(s) origin of the pool. */
  poolUrl: string
  pool: Address
  worker: Address
  owner: Address
  agent: string
  account: LocalAccount
  domain: ProtocolDomain
  clock: Clock
  log: Logger
  signal: AbortSignal
  /** The pool has accepted the proof; from here on messages may be sent. */
  onWelcome(
    send: (message: WorkerMessage) => void,
    welcome: Extract<PoolMessage, { type: 'welcome' }>,
  ): void
  onMessage(message: PoolMessage): void
}

const HANDSHAKE_MS = 10_000
const MAX_FRAME_BYTES = 64 * 1024 * 1024
/** Silent for this many heartbeats: the connection is dead, whatever the system says. */
const SILENT_HEARTBEATS = 3

/**
 * One session: dials, proves the worker's wallet, hands messages over in their order.
 *
 * @returns When the connection has ended; rejects with why, unless the signal ended it.
 * @throws {SessionRefusedError} {@link PoolMisbehavedError} {@link PoolUnreachableError}
 */
export function dial(options: DialOptions): Promise<void> {
  const { poolUrl, signal, clock, log } = options
  if (signal.aborted) return Promise.resolve()
  const ended = new AbortController()
  const socket = new WebSocket(sessionUrl(poolUrl), {
    handshakeTimeout: HANDSHAKE_MS,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
  })
  let lastHeardMs = clock.nowMs()
  const send = (message: WorkerMessage): void => {
    if (socket.readyState === WebSocket.OPEN) socket.send(toJson(message))
  }

  return new Promise((resolve, reject) => {
    const end = (error?: unknown): void => {
      if (ended.signal.aborted) return
      ended.abort()
      signal.removeEventListener('abort', stop)
      socket.terminate()
      if (error === undefined || signal.aborted) resolve()
      else reject(error)
    }
    const stop = () => {
      // What was sent before still goes out; a pool that does not answer the close is left.
      socket.close(1000)
      clock.sleep(500, ended.signal).then(
        () => end(),
        () => {},
      )
    }
    const watch = (heartbeatSec: number): void => {
      const isSilent = () => clock.nowMs() - lastHeardMs > SILENT_HEARTBEATS * heartbeatSec * 1000
      const tick = async (): Promise<void> => {
        while (!ended.signal.aborted) {
          await clock.sleep(heartbeatSec * 1000, ended.signal)
          if (isSilent()) return end(new PoolUnreachableError({ poolUrl, reason: 'it is silent' }))
          if (socket.readyState === WebSocket.OPEN) socket.ping()
        }
      }
      tick().catch(() => {})
    }
    const opening = openingOf(options, { send, watch })
    const onFrame = async (data: RawData): Promise<void> => {
      const message = parseFrame(data, log)
      if (message === undefined) return
      if (message.type === 'refused') throw new SessionRefusedError(message)
      if (!(await opening(message))) options.onMessage(message)
    }
    signal.addEventListener('abort', stop, { once: true })
    socket.on('open', () => {
      const { worker, owner, agent } = options
      send({ type: 'hello', version: SESSION_VERSION, worker, owner, agent })
    })
    socket.on('message', (data) => {
      lastHeardMs = clock.nowMs()
      onFrame(data).catch(end)
    })
    socket.on('pong', () => {
      lastHeardMs = clock.nowMs()
    })
    socket.on('error', (cause) =>
      end(new PoolUnreachableError({ poolUrl, reason: cause.message, cause })),
    )
    socket.on('close', (code) =>
      end(new PoolUnreachableError({ poolUrl, reason: `the connection ended with code ${code}` })),
    )
  })
}

/** Handles the opening's messages; tells whether a message was one of them. */
function openingOf(
  options: DialOptions,
  {
    send,
    watch,
  }: { send: (message: WorkerMessage) => void; watch: (heartbeatSec: number) => void },
): (message: PoolMessage) => Promise<boolean> {
  const { pool, worker, account, domain, onWelcome } = options
  return async (message) => {
    if (message.type === 'challenge') {
      checkChallenge(options, message)
      const data = sessionTypedData({ pool, worker, challenge: message.challenge }, domain)
      send({ type: 'prove', signature: await signTyped(account, data) })
      return true
    }
    if (message.type !== 'welcome') return false
    watch(message.heartbeatSec)
    onWelcome(send, message)
    return true
  }
}

/** A signature for another pool, chain or contract is not given away. */
function checkChallenge(
  { pool, domain }: DialOptions,
  challenge: Extract<PoolMessage, { type: 'challenge' }>,
): void {
  const said = `${challenge.pool} on chain ${challenge.chainId}, contract ${challenge.work}`
  const wanted = `${pool} on chain ${domain.chainId}, contract ${domain.verifyingContract}`
  if (said !== wanted) throw new PoolMisbehavedError(`it is pool ${said}, and not ${wanted}`)
}

function parseFrame(data: RawData, log: Logger): PoolMessage | undefined {
  const text = (data as Buffer).toString('utf8')
  try {
    return zPoolMessage.parse(JSON.parse(text))
  } catch (error) {
    // A newer pool may say more than this worker knows.
    log.debug('frame not understood', {
      start: text.slice(0, 200),
      error: String(error).slice(0, 500),
    })
    return undefined
  }
}

function sessionUrl(poolUrl: string): string {
  return `${poolUrl.replace(/^http/, 'ws').replace(/\/+$/, '')}/session`
}
