import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type Address, type Clock, type Logger, type Random, toJson } from '@millrace/base'
import type { PoolMessage } from '@millrace/wire'
import { type WebSocket, WebSocketServer } from 'ws'
import type { UnsignedMessage } from '../core/effects.ts'
import type { PoolEvent } from '../core/events.ts'
import { type Signer, signMessage } from '../effects/signMessage.ts'
import type { PoolMetrics } from '../http/metrics.ts'
import { acceptSession } from './acceptSession.ts'
import { SessionRefusal, toSessionMessage } from './sessionMessages.ts'

export type SessionServerDeps = {
  signer: Signer
  storageUrl: string
  heartbeatMs: number
  maxSessions: number
  clock: Clock
  random: Random
  log: Logger
  metrics: PoolMetrics
  emit(event: PoolEvent): void
}

export type SessionServer = {
  /** Takes over a connection that asks for a WebSocket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Signs and sends in the order of the calls; dropped when the worker is not connected. */
  send(worker: Address, messages: readonly UnsignedMessage[]): void
  close(worker: Address, reason: { code: string; message: string }): void
  /** From here on sessions are taken. */
  open(): void
  stop(): void
}

/** A list of 4096 items of the largest message fits. */
const MAX_FRAME_BYTES = 2 * 1024 * 1024
/** A worker that does not read is let go before its messages fill the memory. */
const MAX_UNSENT_BYTES = 32 * 1024 * 1024

/** Frames of one worker that wait to be read; a worker that sends faster is cut off. */
const MAX_WAITING_FRAMES = 1024

type Connection = { socket: WebSocket; inOrder: Promise<void> }

/** Worker sessions: proves who is there, checks and orders what comes in, signs what goes out. */
export function createSessionServer(deps: SessionServerDeps): SessionServer {
  const { signer, log, metrics, emit } = deps
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
  })
  const connections = new Map<Address, Connection>()
  let isOpen = false

  const sendNow = ({ socket }: Connection, worker: Address, message: PoolMessage): void => {
    if (socket.readyState !== socket.OPEN) return
    metrics.messages.inc({ direction: 'out', type: message.type })
    socket.send(toJson(message))
    if (socket.bufferedAmount <= MAX_UNSENT_BYTES) return
    log.warn('worker does not read', { worker, unsentBytes: socket.bufferedAmount })
    socket.terminate()
  }

  /** The address is proved: the session replaces an older one of the same worker. */
  const enter = (socket: WebSocket, worker: Address, owner: Address): void => {
    const connection: Connection = { socket, inOrder: Promise.resolve() }
    connections.get(worker)?.socket.close(REPLACED, 'another session of this worker was opened')
    connections.set(worker, connection)
    socket.on('close', () => {
      if (connections.get(worker) !== connection) return
      connections.delete(worker)
      emit({ kind: 'sessionClosed', worker })
    })
    emit({ kind: 'sessionOpened', worker, owner })
    log.debug('session opened', { worker, sessions: connections.size })
  }

  const receive = async (worker: Address, socket: WebSocket, text: string): Promise<void> => {
    const message = await toSessionMessage(text, { worker, signer })
    if (connections.get(worker)?.socket !== socket) return
    metrics.messages.inc({ direction: 'in', type: message.type })
    emit({ kind: 'message', worker, message })
  }

  const accept = (socket: WebSocket): void => {
    socket.on('error', (error) => log.debug('session broke', { reason: error.message }))
    acceptSession(deps, socket).then(
      ({ worker, owner, onText }) => {
        enter(socket, worker, owner)
        let inOrder = Promise.resolve()
        let waiting = 0
        onText((text) => {
          if (++waiting > MAX_WAITING_FRAMES) {
            socket.terminate()
            return
          }
          inOrder = inOrder
            .then(() => receive(worker, socket, text))
            .catch((error) => refuse(socket, error, log))
            .finally(() => waiting--)
        })
      },
      (error) => refuse(socket, error, log),
    )
  }

  return {
    upgrade: (request, socket, head) => {
      if (!isOpen || server.clients.size >= deps.maxSessions) {
        socket.end(
          'HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\nconnection: close\r\n\r\n',
        )
        return
      }
      server.handleUpgrade(request, socket, head, accept)
    },
    send: (worker, messages) => {
      const connection = connections.get(worker)
      if (connection === undefined) return
      for (const message of messages) {
        const signed = signMessage(signer, worker, message)
        // A failure is seen by the line below; without this it would be unhandled until its turn.
        signed.catch(() => {})
        connection.inOrder = connection.inOrder
          .then(async () => sendNow(connection, worker, await signed))
          .catch((error) => log.error('message not sent', { worker, error: String(error) }))
      }
    },
    close: (worker, { code, message }) => {
      const connection = connections.get(worker)
      if (connection !== undefined)
        refuse(connection.socket, new SessionRefusal(code, message), log)
    },
    open: () => {
      isOpen = true
    },
    stop: () => {
      for (const socket of server.clients) socket.terminate()
      server.close()
    },
  }
}

const REPLACED = 4001
const REFUSED = 4000

/** Says why, and ends the connection. */
function refuse(socket: WebSocket, error: unknown, log: Logger): void {
  const { code, message } =
    error instanceof SessionRefusal
      ? error
      : { code: 'INTERNAL', message: 'Internal error; the log of the pool has it.' }
  if (code === 'INTERNAL') log.error('session handler broke', { error: String(error) })
  else log.debug('session refused', { code, reason: message })
  if (socket.readyState === socket.OPEN)
    socket.send(toJson({ type: 'refused', code, message } satisfies PoolMessage))
  socket.close(REFUSED, code)
}
