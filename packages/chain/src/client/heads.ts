import type { Clock } from '@millrace/base'

/** Says when the chain may have a new head. */
export type Heads = {
  /** Take one before looking at the chain, and give it to `next` afterwards. */
  mark(): number
  /**
   * Resolves when a block was announced after the mark was taken, or after a while in any case;
   * whoever waits must look for himself. Rejects only with the signal's reason.
   */
  next(mark: number, options?: NextHeadOptions): Promise<void>
}

export type NextHeadOptions = {
  signal?: AbortSignal | undefined
  /** Longest wait without a subscription; default that of the client. */
  pollMs?: number | undefined
}

export type HeadsOptions = {
  /** WebSocket address, or `false` to poll. */
  url: string | false
  /** Longest wait without a subscription. */
  pollMs: number
  clock: Clock
  signal?: AbortSignal | undefined
  WebSocket?: typeof globalThis.WebSocket
}

// With a live subscription the poll is only a net under it.
const SUBSCRIBED_POLL_MS = 1000
const RECONNECT_FIRST_MS = 100
const RECONNECT_MAX_MS = 30_000
// An idle socket keeps a process alive; a command that ended must not wait for it.
const IDLE_CLOSE_MS = 100

/** One `newHeads` subscription per client, open only while somebody waits, with polling below it. */
export function createHeads({
  url,
  pollMs,
  clock,
  signal,
  WebSocket = globalThis.WebSocket,
}: HeadsOptions): Heads {
  let socket: WebSocket | undefined
  let subscribed = false
  let announced = 0
  let failures = 0
  let mayConnectAtMs = 0
  let idleTimer: AbortController | undefined
  const waiters = new Set<() => void>()

  const wake = () => {
    announced++
    for (const waiter of [...waiters]) waiter()
  }

  const close = () => {
    const closing = socket
    socket = undefined
    subscribed = false
    closing?.close()
  }
  signal?.addEventListener('abort', close, { once: true })

  const connect = () => {
    if (url === false || socket || signal?.aborted || clock.nowMs() < mayConnectAtMs) return
    let opening: WebSocket
    try {
      opening = new WebSocket(url)
    } catch {
      mayConnectAtMs = Number.POSITIVE_INFINITY
      return
    }
    socket = opening
    opening.onopen = () =>
      opening.send('{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]}')
    opening.onmessage = ({ data }) => {
      const message = parse(data)
      if (message?.method === 'eth_subscription') wake()
      else if (message?.id === 1 && typeof message.result === 'string') {
        subscribed = true
        failures = 0
        // A block may have come between the last look and the subscription.
        wake()
      } else opening.close()
    }
    opening.onerror = () => {}
    opening.onclose = () => {
      if (socket !== opening) return
      socket = undefined
      subscribed = false
      mayConnectAtMs =
        clock.nowMs() + Math.min(RECONNECT_MAX_MS, RECONNECT_FIRST_MS * 2 ** failures++)
      // Waiters that relied on the subscription go back to polling.
      wake()
    }
  }

  const closeWhenIdle = () => {
    idleTimer?.abort()
    if (waiters.size > 0 || socket === undefined) return
    const timer = new AbortController()
    idleTimer = timer
    clock.sleep(IDLE_CLOSE_MS, timer.signal).then(
      () => {
        if (waiters.size === 0) close()
      },
      () => {},
    )
  }

  const next: Heads['next'] = async (mark, { signal: caller, pollMs: ownPollMs = pollMs } = {}) => {
    caller?.throwIfAborted()
    idleTimer?.abort()
    connect()
    if (mark !== announced) return closeWhenIdle()
    const until = new AbortController()
    const waiter = () => until.abort()
    waiters.add(waiter)
    caller?.addEventListener('abort', waiter, { once: true })
    try {
      await clock.sleep(subscribed ? SUBSCRIBED_POLL_MS : ownPollMs, until.signal)
    } catch {
      caller?.throwIfAborted()
    } finally {
      caller?.removeEventListener('abort', waiter)
      waiters.delete(waiter)
      closeWhenIdle()
    }
  }

  return { mark: () => announced, next }
}

type HeadsMessage = { id?: number; method?: string; result?: unknown }

function parse(data: unknown): HeadsMessage | undefined {
  try {
    return JSON.parse(String(data))
  } catch {
    return undefined
  }
}
