import { type Address, type Clock, type Random, randomHex32, toJson } from '@millrace/base'
import { recoverTyped } from '@millrace/chain'
import {
  type PoolMessage,
  SESSION_VERSION,
  sessionTypedData,
  type WorkerMessage,
} from '@millrace/wire'
import type { RawData, WebSocket } from 'ws'
import type { Signer } from '../effects/signMessage.ts'
import { parseMessage, SessionRefusal } from './sessionMessages.ts'

export type AcceptDeps = {
  signer: Signer
  storageUrl: string
  heartbeatMs: number
  clock: Clock
  random: Random
}

export type AcceptedSession = {
  worker: Address
  owner: Address
  /** Hands over the frames from here on, those that came in between first. */
  onText(listener: (text: string) => void): void
}

const OPENING_MS = 10_000
/** Frames that may wait while the opening lasts. */
const OPENING_FRAMES = 64

/**
 * Opens a session: the worker names itself, signs a fresh challenge and is welcome.
 *
 * @throws {SessionRefusal}
 */
export async function acceptSession(
  { signer, storageUrl, heartbeatMs, clock, random }: AcceptDeps,
  socket: WebSocket,
): Promise<AcceptedSession> {
  const texts = createTextQueue(socket, clock)
  const say = (message: PoolMessage): void => socket.send(toJson(message))
  const hello = expectMessage(await texts.next(), 'hello')
  if (hello.version !== SESSION_VERSION)
    throw new SessionRefusal(
      'VERSION_UNSUPPORTED',
      `this pool speaks version ${SESSION_VERSION} of the session protocol, not ${hello.version}`,
    )
  const { pool, domain } = signer
  const { worker, owner } = hello
  const challenge = randomHex32(random)
  const { chainId, verifyingContract: work } = domain
  say({ type: 'challenge', challenge, pool, chainId, work })
  const { signature } = expectMessage(await texts.next(), 'prove')
  const data = sessionTypedData({ pool, worker, challenge }, domain)
  if ((await recoverTyped(data, signature)) !== worker)
    throw new SessionRefusal('PROOF_INVALID', `the challenge is not signed by ${worker}`)
  say({ type: 'welcome', heartbeatSec: heartbeatMs / 1000, storageUrl })
  return { worker, owner, onText: texts.onText }
}

function expectMessage<T extends WorkerMessage['type']>(
  text: string,
  type: T,
): Extract<WorkerMessage, { type: T }> {
  const message = parseMessage(text)
  if (message.type === type) return message as Extract<WorkerMessage, { type: T }>
  throw new SessionRefusal('MESSAGE_UNEXPECTED', `${message.type} came where ${type} was expected`)
}

/** Frames one by one during the opening, then to a listener; none is lost in between. */
function createTextQueue(socket: WebSocket, clock: Clock) {
  const waiting: string[] = []
  const off = new AbortController()
  let take: ((text: string) => void) | undefined
  socket.on('message', (data: RawData) => {
    const text = (data as Buffer).toString('utf8')
    if (take !== undefined) take(text)
    else if (waiting.length < OPENING_FRAMES) waiting.push(text)
    else socket.terminate()
  })
  const late = clock.sleep(OPENING_MS, off.signal).then(
    () => {
      throw new SessionRefusal(
        'OPENING_LATE',
        `the opening took longer than ${OPENING_MS / 1000} s`,
      )
    },
    () => '',
  )
  const closed = new Promise<never>((_, reject) => {
    socket.once('close', () => {
      off.abort()
      reject(new SessionRefusal('CLOSED', 'the worker closed the connection'))
    })
  })
  // Awaited only while the opening lasts.
  closed.catch(() => {})
  late.catch(() => {})
  const nextText = (): Promise<string> => {
    const text = waiting.shift()
    if (text !== undefined) return Promise.resolve(text)
    return new Promise((resolve) => {
      take = (found) => {
        take = undefined
        resolve(found)
      }
    })
  }
  return {
    next: () => Promise.race([nextText(), late, closed]),
    onText: (listener: (text: string) => void) => {
      off.abort()
      for (const text of waiting.splice(0)) listener(text)
      take = listener
    },
  }
}
