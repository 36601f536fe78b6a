import type { AddressInfo } from 'node:net'
import {
  type Address,
  address,
  type Hex,
  randomHex32,
  systemRandom,
  toJson,
  unixSeconds,
} from '@millrace/base'
import { recoverTyped, signTyped } from '@millrace/chain'
import { receiptRoot } from '@millrace/protocol'
import {
  type Assignment,
  assignmentsTypedData,
  type PoolMessage,
  receiptTypedData,
  sessionTypedData,
  type WorkerMessage,
  zWorkerMessage,
} from '@millrace/wire'
import { type LocalAccount, privateKeyToAccount } from 'viem/accounts'
import { type WebSocket, WebSocketServer } from 'ws'
import { TEST_POOL } from './aDeal.ts'
import { TEST_DOMAIN } from './fakeChain.ts'

type Received = { worker: Address; message: WorkerMessage }

/** The pool's end of real sessions: authentication, signatures, and what was received. */
export type PoolServer = {
  url: string
  port: number
  operator: Address
  received: Received[]
  workers(): Address[]
  send(worker: Address, message: PoolMessage): void
  /** Signs and sends an assignment. */
  assign(worker: Address, items: readonly Omit<Assignment, 'leaseUntil'>[]): Promise<void>
  receipt(worker: Address, nonce: bigint, items: Receipts['items']): Promise<void>
  /** The first message from now on, or before, that fits. */
  waitFor<T extends WorkerMessage['type']>(
    type: T,
    fits?: (message: Extract<WorkerMessage, { type: T }>, worker: Address) => boolean,
  ): Promise<Extract<WorkerMessage, { type: T }>>
  /** Resolves when the worker has opened one session more than it has by now. */
  nextSession(worker: Address): Promise<void>
  onMessage(listener: (received: Received) => void): void
  onWorker(listener: (worker: Address) => void): void
  /** Breaks the connection without a word. */
  cut(worker: Address): void
  close(): Promise<void>
}

type Receipts = Extract<PoolMessage, { type: 'receipts' }>

export const OPERATOR_KEY = `0x${'42'.repeat(32)}` as const
const LEASE_SEC = 60

export async function startPoolServer({
  port = 0,
  account = privateKeyToAccount(OPERATOR_KEY),
}: {
  port?: number
  account?: LocalAccount
} = {}): Promise<PoolServer> {
  const server = new WebSocketServer({ host: '127.0.0.1', port, path: '/session' })
  await new Promise<void>((resolve) => server.once('listening', () => resolve()))
  const sockets = new Map<Address, WebSocket>()
  const received: Received[] = []
  const listeners: ((received: Received) => void)[] = []
  const arrivals: ((worker: Address) => void)[] = []
  const send = (worker: Address, message: PoolMessage): void => {
    sockets.get(worker)?.send(toJson(message))
  }

  const onReceived = (one: Received): void => {
    received.push(one)
    for (const listener of [...listeners]) listener(one)
  }
  server.on('connection', (socket) => {
    const opening = createOpening(socket)
    const onMessage = async (message: WorkerMessage): Promise<void> => {
      const worker = await opening.next(message)
      if (worker === undefined) return
      if (message.type === 'prove') {
        sockets.set(worker, socket)
        for (const listener of arrivals) listener(worker)
      }
      onReceived({ worker, message })
    }
    socket.on('message', (data) => {
      onMessage(zWorkerMessage.parse(JSON.parse(String(data)))).catch(() => socket.terminate())
    })
    socket.on('close', () => {
      const worker = opening.worker()
      if (worker !== undefined && sockets.get(worker) === socket) sockets.delete(worker)
    })
  })

  const { port: bound } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    operator: address(account.address),
    received,
    workers: () => [...sockets.keys()],
    send,
    async assign(worker, items) {
      const leaseUntil = unixSeconds(Math.floor(Date.now() / 1000) + LEASE_SEC)
      const leased = items.map((item) => ({ ...item, leaseUntil }))
      const data = assignmentsTypedData({ pool: TEST_POOL, worker, items: leased }, TEST_DOMAIN)
      send(worker, {
        type: 'assignments',
        items: leased,
        signature: await signTyped(account, data),
      })
    },
    async receipt(worker, nonce, items) {
      const root = receiptRoot(items)
      const until = unixSeconds(4_000_000_000)
      const data = receiptTypedData({ pool: TEST_POOL, nonce, worker, root, until }, TEST_DOMAIN)
      const signature = await signTyped(account, data)
      send(worker, { type: 'receipts', nonce, items, root, until, signature })
    },
    waitFor(type, fits = () => true) {
      type Wanted = Extract<WorkerMessage, { type: typeof type }>
      return new Promise((resolve) => {
        const look = ({ worker, message }: Received): boolean => {
          if (message.type !== type || !fits(message as Wanted, worker)) return false
          resolve(message as Wanted)
          return true
        }
        if (received.some(look)) return
        const listener = (one: Received): void => {
          if (look(one)) listeners.splice(listeners.indexOf(listener), 1)
        }
        listeners.push(listener)
      })
    },
    nextSession: (worker) =>
      new Promise((resolve) => {
        const listener = ({ worker: from, message }: Received): void => {
          if (from !== worker || message.type !== 'advertise') return
          listeners.splice(listeners.indexOf(listener), 1)
          resolve()
        }
        listeners.push(listener)
      }),
    onMessage: (listener) => {
      listeners.push(listener)
    },
    onWorker: (listener) => {
      arrivals.push(listener)
    },
    cut: (worker) => sockets.get(worker)?.terminate(),
    close: () => {
      for (const socket of server.clients) socket.terminate()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** Challenge and proof of one connection. */
function createOpening(socket: WebSocket) {
  const challenge = randomHex32(systemRandom)
  let claimed: Address | undefined
  let proven: Address | undefined
  const prove = async (worker: Address, signature: Hex): Promise<void> => {
    const data = sessionTypedData({ pool: TEST_POOL, worker, challenge }, TEST_DOMAIN)
    if ((await recoverTyped(data, signature)) !== worker) return socket.terminate()
    proven = worker
    socket.send(toJson({ type: 'welcome', heartbeatSec: 0.2, storageUrl: '' }))
  }
  return {
    worker: () => proven,
    /** The worker once it has proven itself. */
    async next(message: WorkerMessage): Promise<Address | undefined> {
      if (message.type === 'hello') {
        claimed = message.worker
        const { chainId, verifyingContract: work } = TEST_DOMAIN
        socket.send(toJson({ type: 'challenge', challenge, pool: TEST_POOL, chainId, work }))
      } else if (message.type === 'prove' && claimed !== undefined) {
        await prove(claimed, message.signature)
      }
      return proven
    },
  }
}
