import type { IpcReply } from './ipcRpc.ts'
import { RPC_ERROR, type RpcMethods } from './rpcMethods.ts'

const MAX_BATCH = 1_000

/**
 * Answers one message of JSON-RPC 2.0: a call or a batch of calls, well formed or not. Calls of a
 * batch begin in their order.
 *
 * @returns the text to send back; undefined when nothing was asked (notifications only)
 */
export async function handleMessage(
  text: string,
  methods: RpcMethods,
): Promise<string | undefined> {
  let message: unknown
  try {
    message = JSON.parse(text)
  } catch {
    return print(null, failure(RPC_ERROR.parse, 'the message is not JSON'))
  }
  if (!Array.isArray(message)) return answerCall(message, methods)
  if (message.length === 0) return print(null, failure(RPC_ERROR.invalidRequest, 'empty batch'))
  if (message.length > MAX_BATCH) {
    const reason = `the batch has ${message.length} calls, but may have at most ${MAX_BATCH}`
    return print(null, failure(RPC_ERROR.invalidRequest, reason))
  }
  const answers = await Promise.all(message.map((call) => answerCall(call, methods)))
  const said = answers.filter((answer) => answer !== undefined)
  return said.length === 0 ? undefined : `[${said.join(',')}]`
}

async function answerCall(call: unknown, methods: RpcMethods): Promise<string | undefined> {
  const { id, method, params = [] } = (call ?? {}) as Record<string, unknown>
  const isId = id === undefined || id === null || typeof id === 'string' || typeof id === 'number'
  if (typeof method !== 'string' || !isId) {
    const reason = 'a call needs a string "method" and a string or number "id"'
    return print(null, failure(RPC_ERROR.invalidRequest, reason))
  }
  const reply = Array.isArray(params)
    ? await methods(method, params).catch(() => failure(RPC_ERROR.stopping, 'the node is stopping'))
    : failure(RPC_ERROR.invalidParams, '"params" must be a list')
  return id === undefined ? undefined : print(id, reply)
}

function print(id: unknown, reply: IpcReply): string {
  const body = 'error' in reply ? { error: reply.error } : { result: reply.result }
  return JSON.stringify({ jsonrpc: '2.0', id, ...body })
}

function failure(code: number, message: string): IpcReply {
  return { error: { code, message } }
}
