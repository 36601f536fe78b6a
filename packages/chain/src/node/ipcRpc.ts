import net from 'node:net'

export type IpcReply = { result: unknown } | { error: { code: number; message: string } }

/** JSON-RPC over a local socket, one message a line. Replies come in any order. */
export type IpcRpc = {
  /** Rejects only when the connection is gone. */
  request(method: string, params: readonly unknown[]): Promise<IpcReply>
  /** Like `request`, but an error reply is thrown: for calls that cannot fail in a sane node. */
  call<T>(method: string, ...params: readonly unknown[]): Promise<T>
  close(): void
}

/** Resolves when connected; `onClosed` is called once when the connection ends afterwards. */
export function connectIpc(path: string, onClosed: () => void): Promise<IpcRpc> {
  const socket = net.connect(path)
  const waiting = new Map<number, { resolve: (reply: IpcReply) => void; reject: Reject }>()
  let lastId = 0

  readLines(socket, (line) => {
    const reply = JSON.parse(line) as { id: number } & IpcReply
    waiting.get(reply.id)?.resolve(reply)
    waiting.delete(reply.id)
  })
  socket.on('error', () => {})
  const onClose = (): void => {
    for (const { reject } of waiting.values()) reject(new Error('the EVM closed its socket'))
    waiting.clear()
    onClosed()
  }

  const request: IpcRpc['request'] = (method, params) =>
    new Promise((resolve, reject) => {
      if (socket.destroyed) return reject(new Error('the EVM closed its socket'))
      const id = ++lastId
      waiting.set(id, { resolve, reject })
      socket.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`)
    })

  const call = async <T>(method: string, ...params: readonly unknown[]): Promise<T> => {
    const reply = await request(method, params)
    if ('error' in reply) throw new Error(`${method}: ${reply.error.message}`)
    return reply.result as T
  }

  return new Promise((resolve, reject) => {
    socket.once('connect', () => {
      // Not before: a refused connection closes too, when the socket is there but nobody listens yet.
      socket.once('close', onClose)
      resolve({ request, call, close: () => socket.destroy() })
    })
    socket.once('error', reject)
  })
}

type Reject = (error: Error) => void

const NEWLINE = 10

function readLines(socket: net.Socket, onLine: (line: string) => void): void {
  let parts: Buffer[] = []
  socket.on('data', (chunk: Buffer) => {
    let from = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      parts.push(chunk.subarray(from, end))
      const line = Buffer.concat(parts).toString()
      parts = []
      from = end + 1
      if (line !== '') onLine(line)
    }
    if (from < chunk.length) parts.push(chunk.subarray(from))
  })
}
