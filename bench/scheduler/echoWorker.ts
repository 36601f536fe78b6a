import {
  type Address,
  type Hex32,
  type ResultDigest,
  type TaskId,
  unixSeconds,
} from '@millrace/base'
import { commitmentOf, headOf, tagOf } from '@millrace/protocol'
import type { SessionMessage, UnsignedMessage } from '@millrace/scheduler'

const SEED = `0x${'5e'.repeat(32)}` as Hex32
const FAR = unixSeconds(2 ** 40)

/** The right answer to a task. */
export function rightDigest(taskId: TaskId): ResultDigest {
  return taskId as unknown as ResultDigest
}

/** A worker that has every answer the moment it is asked. */
export class EchoWorker {
  readonly #address: Address
  readonly #send: (message: SessionMessage) => void
  readonly #answerOf: (taskId: TaskId) => ResultDigest

  /** @param answerOf - What it says of a task, right or wrong; the same every time. */
  constructor(
    address: Address,
    send: (message: SessionMessage) => void,
    answerOf: (taskId: TaskId) => ResultDigest = rightDigest,
  ) {
    this.#address = address
    this.#send = send
    this.#answerOf = answerOf
  }

  receive(message: UnsignedMessage): void {
    switch (message.type) {
      case 'assignments':
        this.#finish(message.items)
        return
      case 'recommit':
        this.#commit(message.tasks.map((taskId) => ({ taskId, nonce: message.nonce })))
        return
      case 'reportTags':
        this.#send({
          type: 'tags',
          items: message.tasks.map((taskId) => ({
            taskId,
            tag: tagOf(taskId, this.#answerOf(taskId)),
          })),
        })
        return
      case 'sealRequest':
        this.#seal(message)
        return
      case 'committed':
        this.#reveal(message)
        return
      case 'publish':
        this.#publish(message.tasks)
        return
      default:
        return
    }
  }

  #finish(items: readonly { taskId: TaskId; nonce: bigint }[]): void {
    const trusted = items.filter(({ nonce }) => nonce === 0n)
    if (trusted.length > 0) {
      const results = trusted.map(({ taskId }) => {
        return { taskId, digest: this.#answerOf(taskId), cid: `bytes${taskId}` }
      })
      this.#send({ type: 'results', items: results })
    }
    this.#commit(items.filter(({ nonce }) => nonce !== 0n))
  }

  #commit(items: readonly { taskId: TaskId; nonce: bigint }[]): void {
    if (items.length === 0) return
    this.#send({
      type: 'commitments',
      items: items.map(({ taskId, nonce }) => {
        return { taskId, nonce, commitment: this.#commitment(taskId) }
      }),
    })
  }

  #commitment(taskId: TaskId): Hex32 {
    const [worker, digest] = [this.#address, this.#answerOf(taskId)]
    return commitmentOf({ taskId, worker, digest, seed: SEED })
  }

  #seal({ nonce, tasks }: Extract<UnsignedMessage, { type: 'sealRequest' }>): void {
    const head = headOf(tasks.map((taskId) => ({ taskId, commitment: this.#commitment(taskId) })))
    this.#tasks.set(nonce, tasks)
    this.#send({ type: 'seal', nonce, head, commitBy: FAR, signature: '0x00' })
  }

  #reveal({ nonce, publish }: Extract<UnsignedMessage, { type: 'committed' }>): void {
    const tasks = this.#tasks.get(nonce) ?? []
    this.#tasks.delete(nonce)
    const items = tasks.map((taskId) => ({ taskId, digest: this.#answerOf(taskId) }))
    this.#send({ type: 'reveal', nonce, seed: SEED, items })
    this.#publish(publish)
  }

  #publish(tasks: readonly TaskId[]): void {
    if (tasks.length === 0) return
    const items = tasks.map((taskId) => ({ taskId, cid: `bytes${taskId}` }))
    this.#send({ type: 'published', items })
  }

  readonly #tasks = new Map<bigint, readonly TaskId[]>()
}
