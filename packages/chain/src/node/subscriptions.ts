import type { Hex, Logger } from '@millrace/base'
import type { RpcBlock } from './replayLog.ts'
import { RPC_ERROR, type RpcMethods } from './rpcMethods.ts'

/** What a subscriber wants to hear: heads, logs that match a filter, or pending hashes. */
type Subscription = { id: Hex; send: Send; filter: object | undefined }
type Send = (text: string) => void
type Topic = 'newHeads' | 'logs' | 'newPendingTransactions'

export type Subscriptions = {
  /** Methods of one WebSocket: those of the node and eth_subscribe. */
  connect(send: Send): { methods: RpcMethods; disconnect(): void }
  onBlock(block: RpcBlock): void
  onTransaction(hash: Hex): void
}

const TOPICS: readonly Topic[] = ['newHeads', 'logs', 'newPendingTransactions']
const MAX_PER_CONNECTION = 100

/** `eth_subscribe` by the node itself, which knows best when a block is on disk. */
export function createSubscriptions(node: RpcMethods, log: Logger): Subscriptions {
  const byTopic: Record<Topic, Set<Subscription>> = {
    newHeads: new Set(),
    logs: new Set(),
    newPendingTransactions: new Set(),
  }
  let lastId = 0n

  const connect: Subscriptions['connect'] = (send) => {
    const own = new Map<string, { topic: Topic; subscription: Subscription }>()
    const subscribe = ([name, filter]: readonly unknown[]) => {
      const topic = TOPICS.find((known) => known === name)
      const hasRoom = own.size < MAX_PER_CONNECTION
      if (topic === undefined || !hasRoom) {
        const message = hasRoom
          ? `params[0] must be one of ${TOPICS.join(', ')}`
          : `a connection may have at most ${MAX_PER_CONNECTION} subscriptions`
        return { error: { code: RPC_ERROR.invalidParams, message } }
      }
      const id: Hex = `0x${(++lastId).toString(16)}`
      const isFilter = typeof filter === 'object' && filter !== null
      const subscription = { id, send, filter: isFilter ? filter : undefined }
      byTopic[topic].add(subscription)
      own.set(id, { topic, subscription })
      return { result: id }
    }
    const unsubscribe = ([id]: readonly unknown[]) => {
      const found = own.get(String(id))
      if (found !== undefined) byTopic[found.topic].delete(found.subscription)
      return { result: own.delete(String(id)) }
    }
    const methods: RpcMethods = (method, params) => {
      if (method === 'eth_subscribe') return Promise.resolve(subscribe(params))
      if (method === 'eth_unsubscribe') return Promise.resolve(unsubscribe(params))
      return node(method, params)
    }
    const disconnect = () => {
      for (const id of [...own.keys()]) unsubscribe([id])
    }
    return { methods, disconnect }
  }

  const tellLogs = async ({ id, send, filter }: Subscription, blockHash: Hex): Promise<void> => {
    const { address, topics } = (filter ?? {}) as Record<string, unknown>
    const reply = await node('eth_getLogs', [{ address, topics, blockHash }])
    if ('result' in reply) for (const entry of reply.result as unknown[]) tell(send, id, entry)
  }

  return {
    connect,
    onBlock: (block) => {
      const { transactions: _, ...header } = block
      for (const { id, send } of byTopic.newHeads) tell(send, id, header)
      for (const subscription of byTopic.logs)
        tellLogs(subscription, block.hash).catch((error) =>
          log.debug('logs not told', { error: String(error) }),
        )
    },
    onTransaction: (hash) => {
      for (const { id, send } of byTopic.newPendingTransactions) tell(send, id, hash)
    },
  }
}

function tell(send: Send, subscription: Hex, result: unknown): void {
  send(
    JSON.stringify({
      jsonrpc: '2.0',
      method: 'eth_subscription',
      params: { subscription, result },
    }),
  )
}
