import { type BaseError, type Clock, type Hex, systemClock } from '@millrace/base'
import { ChainUnreachableError, RpcFailedError } from '../errors/rpcErrors.ts'

/**
 * Calls one JSON-RPC method of an Ethereum node.
 *
 * @throws {ChainUnreachableError} `CHAIN_UNREACHABLE`, retryable
 * @throws {RpcFailedError} `RPC_FAILED`
 */
export type Rpc = <T = unknown>(
  method: string,
  params?: readonly unknown[],
  options?: { signal?: AbortSignal | undefined },
) => Promise<T>

export type RpcOptions = {
  /** http or https. */
  url: string
  /** One request may take so long. */
  timeoutMs?: number
  /** Calls that found no node are made again for so long: a restart takes a second or two. */
  patienceMs?: number
  clock?: Clock
  fetch?: typeof globalThis.fetch
}

type Reply = { id: number; result?: unknown; error?: ReplyError }
type ReplyError = { code: number; message: string; data?: unknown }
type Call = {
  method: string
  params: readonly unknown[]
  signal: AbortSignal | undefined
  resolve: (value: unknown) => void
  reject: (error: unknown) => void
}

const MAX_BATCH = 100

const RETRY_MS = 50
// Whoever sends must know whether a transaction may have got through before.
const ONCE = 'eth_sendRawTransaction'

/** JSON-RPC over HTTP. Calls of one turn of the event loop travel as one batch. */
export function createRpc(options: RpcOptions): Rpc {
  const { patienceMs = 2_000, clock = systemClock } = options
  const call = createCalls(options)
  return async (method, params = [], { signal } = {}) => {
    const giveUpMs = clock.nowMs() + patienceMs
    for (;;) {
      try {
        return await call(method, params, signal)
      } catch (error) {
        const isOver = method === ONCE || clock.nowMs() >= giveUpMs
        if (isOver || !(error instanceof ChainUnreachableError)) throw error
        await clock.sleep(RETRY_MS, signal)
      }
    }
  }
}

function createCalls({ url, timeoutMs = 20_000, fetch = globalThis.fetch }: RpcOptions) {
  let waiting: Call[] = []

  const flush = () => {
    const calls = waiting
    waiting = []
    for (let from = 0; from < calls.length; from += MAX_BATCH)
      void post(calls.slice(from, from + MAX_BATCH))
  }

  const post = async (calls: Call[]): Promise<void> => {
    try {
      settle(calls, await request(calls))
    } catch (cause) {
      const error = new ChainUnreachableError({ url, cause })
      for (const { reject, signal } of calls) reject(signal?.aborted ? signal.reason : error)
    }
  }

  const request = async (calls: Call[]): Promise<Reply[]> => {
    const bodies = calls.map(({ method, params }, id) => ({ jsonrpc: '2.0', id, method, params }))
    const timeout = AbortSignal.timeout(timeoutMs)
    const [only] = calls
    // A batch is shared, so one caller's signal may not end it.
    const signal =
      calls.length === 1 && only?.signal ? AbortSignal.any([only.signal, timeout]) : timeout
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(bodies.length === 1 ? bodies[0] : bodies),
      signal,
    })
    const text = await response.text()
    const replies = parseReplies(text, response.status)
    return Array.isArray(replies) ? replies : calls.map((_, id) => ({ ...replies, id }))
  }

  const settle = (calls: Call[], replies: Reply[]) => {
    const byId = new Map(replies.map((reply) => [reply.id, reply]))
    for (const [id, { method, resolve, reject }] of calls.entries()) {
      const reply = byId.get(id)
      if (reply === undefined)
        reject(new ChainUnreachableError({ url, cause: new Error('no answer in the batch') }))
      else if (reply.error !== undefined) reject(failed(url, method, reply.error))
      else resolve(reply.result)
    }
  }

  return <T>(method: string, params: readonly unknown[], signal: AbortSignal | undefined) =>
    new Promise<T>((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      if (waiting.length === 0) queueMicrotask(flush)
      waiting.push({ method, params, signal, resolve: resolve as Call['resolve'], reject })
    })
}

function parseReplies(text: string, status: number): Reply[] | Omit<Reply, 'id'> {
  try {
    const parsed = JSON.parse(text)
    if (typeof parsed === 'object' && parsed !== null) return parsed
  } catch {
    // Below: the status says more than a JSON error does.
  }
  throw new Error(`HTTP ${status}, no JSON: ${text.slice(0, 80)}`)
}

/** Error code of a chain node of ours that will not answer any more; in the range that is the server's own. */
export const NODE_STOPPING = -32_050

function failed(url: string, method: string, { code, message, data }: ReplyError): BaseError {
  // It may be back in a moment, like one whose port is closed already.
  if (code === NODE_STOPPING) return new ChainUnreachableError({ url, cause: new Error(message) })
  return new RpcFailedError({ method, rpcCode: code, rpcMessage: message, data: revertData(data) })
}

/** Nodes put revert data in `data` as a string, or one or two levels below. */
function revertData(data: unknown): Hex | undefined {
  if (typeof data === 'string') {
    const hex = /0x[0-9a-fA-F]*/.exec(data)?.[0]
    return hex === undefined ? undefined : (hex.toLowerCase() as Hex)
  }
  if (typeof data === 'object' && data !== null)
    return revertData('data' in data ? data.data : 'result' in data ? data.result : undefined)
  return undefined
}
