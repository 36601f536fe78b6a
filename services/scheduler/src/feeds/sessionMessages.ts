import type { Address } from '@millrace/base'
import { recoverTyped } from '@millrace/chain'
import { sealTypedData } from '@millrace/protocol'
import { type WorkerMessage, zWorkerMessage } from '@millrace/wire'
import type { SessionMessage } from '../core/events.ts'
import type { Signer } from '../effects/signMessage.ts'

/** Why a session ends; code and message are told to the worker. */
export class SessionRefusal extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** @throws {SessionRefusal} when the text is no message of a worker. */
export function parseMessage(text: string): WorkerMessage {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new SessionRefusal('MESSAGE_INVALID', 'a frame is not JSON')
  }
  const parsed = zWorkerMessage.safeParse(json)
  if (parsed.success) return parsed.data
  const { path, message } = parsed.error.issues[0] ?? { path: [], message: 'invalid' }
  throw new SessionRefusal('MESSAGE_INVALID', `${path.join('.') || 'the message'}: ${message}`)
}

/**
 * A message of an opened session; a seal's signature must be the worker's.
 *
 * @throws {SessionRefusal}
 */
export async function toSessionMessage(
  text: string,
  { worker, signer }: { worker: Address; signer: Signer },
): Promise<SessionMessage> {
  const message = parseMessage(text)
  if (message.type === 'hello' || message.type === 'prove')
    throw new SessionRefusal('MESSAGE_UNEXPECTED', `${message.type} belongs to the opening`)
  if (message.type !== 'seal') return message
  const { pool, domain } = signer
  const { nonce, head, commitBy } = message
  const data = sealTypedData({ pool, nonce }, { head, commitBy }, domain)
  if ((await recoverTyped(data, message.signature)) !== worker)
    throw new SessionRefusal(
      'SEAL_INVALID',
      `the seal of batch ${message.nonce} is not signed by you`,
    )
  return message
}
