import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import { PortInUseError } from './chainNodeErrors.ts'
import { handleMessage } from './handleMessage.ts'
import type { RpcMethods } from './rpcMethods.ts'
import type { Subscriptions } from './subscriptions.ts'

export type RpcServer = { port: number; close(): Promise<void> }

const MAX_BODY_BYTES = 8 * 1024 * 1024
// A reader that falls so far behind is cut off rather than kept in memory.
const MAX_UNSENT_BYTES = 32 * 1024 * 1024
const JSON_HEADERS = { 'content-type': 'application/json', 'access-control-allow-origin': '*' }

/** JSON-RPC over HTTP POST and WebSocket on one port. */
export async function startRpcServer({
  host,
  port,
  methods,
  subscriptions,
}: {
  host: string
  port: number
  methods: RpcMethods
  subscriptions: Subscriptions
}): Promise<RpcServer> {
  const server = createServer((request, response) => {
    handleRequest(request, response, methods).catch(() => response.destroy())
  })
  server.keepAliveTimeout = 60_000
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_BODY_BYTES })
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    sockets.handleUpgrade(request, socket, head, (opened) => handleSocket(opened, subscriptions))
  })
  await listen(server, host, port)
  const close = async () => {
    for (const socket of sockets.clients) socket.terminate()
    server.closeAllConnections()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }
  return { port: (server.address() as AddressInfo).port, close }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE' ? new PortInUseError({ host, port, cause: error }) : error,
      ),
    )
    server.listen(port, host, () => resolve())
  })
}

async function handleRequest(
  request: IncomingMessage,
  response: ServerResponse,
  methods: RpcMethods,
): Promise<void> {
  if (request.method === 'OPTIONS') {
    response.writeHead(204, {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'content-type',
      'access-control-max-age': '86400',
    })
    response.end()
    return
  }
  if (request.method !== 'POST') return refuse(response, 405, 'send JSON-RPC calls by POST')
  const body = await readBody(request)
  if (body === undefined)
    return refuse(response, 413, `a message may have at most ${MAX_BODY_BYTES} bytes`)
  const answer = await handleMessage(body, methods)
  response.writeHead(answer === undefined ? 204 : 200, JSON_HEADERS)
  response.end(answer)
}

/** Undefined when the body is too long. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size > MAX_BODY_BYTES) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts).toString()
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { ...JSON_HEADERS, connection: 'close' })
  response.end(JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32_600, message } }))
}

function handleSocket(socket: WebSocket, subscriptions: Subscriptions): void {
  const send = (text: string) => {
    if (socket.bufferedAmount > MAX_UNSENT_BYTES) socket.terminate()
    else if (socket.readyState === socket.OPEN) socket.send(text)
  }
  const { methods, disconnect } = subscriptions.connect(send)
  socket.on('message', (data) => {
    handleMessage(String(data), methods).then(
      (answer) => answer !== undefined && send(answer),
      () => socket.terminate(),
    )
  })
  socket.on('error', () => socket.terminate())
  socket.on('close', disconnect)
}
