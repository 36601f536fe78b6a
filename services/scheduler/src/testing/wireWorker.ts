import { createHash } from 'node:crypto'
import {
  type Address,
  address,
  bytesToHex,
  type Hex32,
  type ResultDigest,
  systemRandom,
  type TaskId,
  toJson,
  unixSeconds,
} from '@millrace/base'
import { signSeal, signTyped } from '@millrace/chain'
import {
  commitmentOf,
  hashResult,
  headOf,
  type ProtocolDomain,
  packResult,
  summariseOutput,
  tagOf,
} from '@millrace/protocol'
import type { BlobStore } from '@millrace/storage'
import {
  type PoolMessage,
  sessionTypedData,
  type WorkerMessage,
  zPoolMessage,
} from '@millrace/wire'
import type { LocalAccount } from 'viem'
import { WebSocket } from 'ws'

export type WireWorkerOptions = {
  url: string
  account: LocalAccount
  domain: ProtocolDomain
  storage: BlobStore
  slots?: number
  /** What a task prints, by which its result differs. */
  answer?: (taskId: TaskId) => string
  /** Messages that it keeps to itself. */
  withhold?: (message: WorkerMessage) => boolean
}

type Execution = { taskId: TaskId; nonce: bigint; digest: ResultDigest; archive: Uint8Array }
type Of<T extends PoolMessage['type']> = Extract<PoolMessage, { type: T }>

/** The other side of a session, as short as it can be: runs nothing, but keeps to the protocol. */
export class WireWorker {
  readonly received: PoolMessage[] = []
  readonly #options: WireWorkerOptions
  readonly #worker: Address
  readonly #executions = new Map<TaskId, Execution>()
  readonly #seeds = new Map<bigint, Hex32>()
  readonly #sealed = new Map<bigint, readonly TaskId[]>()
  #socket: WebSocket | undefined
  #pool: Address | undefined

  constructor(options: WireWorkerOptions) {
    this.#options = options
    this.#worker = address(options.account.address)
  }

  get address() {
    return this.#worker
  }

  /** Resolves when the pool has said welcome. */
  connect(url = this.#options.url): Promise<void> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/session`)
    this.#socket = socket
    let inOrder = Promise.resolve()
    return new Promise((resolve, reject) => {
      socket.once('error', reject)
      socket.on('open', () => {
        const { address: worker } = this
        this.send({ type: 'hello', version: 1, worker, owner: worker, agent: 'test' })
      })
      socket.on('close', (code) => reject(new RangeError(`the session ended with ${code}`)))
      socket.on('message', (data) => {
        const message = zPoolMessage.parse(JSON.parse((data as Buffer).toString('utf8')))
        this.received.push(message)
        if (message.type === 'welcome') resolve()
        inOrder = inOrder.then(() => this.#onMessage(message))
      })
    })
  }

  disconnect(): void {
    this.#socket?.terminate()
  }

  send(message: WorkerMessage): void {
    if (this.#options.withhold?.(message) === true) return
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(toJson(message))
  }

  async #onMessage(message: PoolMessage): Promise<void> {
    switch (message.type) {
      case 'challenge':
        await this.#prove(message)
        return
      case 'welcome':
        this.#advertise()
        return
      case 'assignments':
        await this.#run(message)
        return
      case 'recommit':
        this.#recommit(message)
        return
      case 'reportTags':
        this.#sendTags(message)
        return
      case 'sealRequest':
        await this.#seal(message)
        return
      case 'committed':
        await this.#reveal(message)
        return
      case 'publish':
        await this.#publish(message.tasks)
        return
      case 'settled':
      case 'cancel':
        for (const taskId of message.tasks) this.#executions.delete(taskId)
        return
      default:
        return
    }
  }

  async #prove({ challenge, pool }: Of<'challenge'>): Promise<void> {
    const { account, domain } = this.#options
    this.#pool = pool
    const data = sessionTypedData({ pool, worker: this.address, challenge }, domain)
    this.send({ type: 'prove', signature: await signTyped(account, data) })
  }

  #advertise(): void {
    const advertisement = {
      slots: this.#options.slots ?? 2,
      memoryMiB: 1024,
      diskMiB: 1024,
      fuelPerSec: 1e9,
      arch: 'test',
      runtimes: ['wasm'],
      layers: [],
    }
    this.send({ type: 'advertise', advertisement, executions: [...this.#executions.keys()] })
    this.send({ type: 'heartbeat', running: [], freeSlots: advertisement.slots })
  }

  async #run({ items }: Of<'assignments'>): Promise<void> {
    const { answer = (taskId) => `answer to ${taskId}` } = this.#options
    const made = items.map(({ taskId, nonce }) => {
      const text = (value: string) => new TextEncoder().encode(value)
      const output = {
        status: 'ok',
        exitCode: 0,
        fuel: 1n,
        stdout: text(answer(taskId)),
        stderr: text(''),
        files: [],
      } as const
      const digest = hashResult(taskId, summariseOutput(output, sha256))
      return { taskId, nonce, digest, archive: packResult(output) }
    })
    for (const execution of made) this.#executions.set(execution.taskId, execution)
    const trusted = made.filter(({ nonce }) => nonce === 0n)
    const voted = made.filter(({ nonce }) => nonce !== 0n)
    if (voted.length > 0) this.#commit(voted)
    if (trusted.length === 0) return
    const cids = await this.#options.storage.putMany(trusted.map(({ archive }) => archive))
    const results = trusted.map(({ taskId, digest }, i) => {
      return { taskId, digest, cid: cids[i] as string }
    })
    this.send({ type: 'results', items: results })
  }

  #commit(executions: readonly Execution[]): void {
    this.send({ type: 'commitments', items: this.#links(executions) })
  }

  #links(executions: readonly Execution[]) {
    return executions.map((execution) => {
      const { taskId, nonce } = execution
      return { taskId, nonce, commitment: this.#commitment(execution) }
    })
  }

  #commitment({ taskId, nonce, digest }: Execution): Hex32 {
    return commitmentOf({ taskId, worker: this.address, digest, seed: this.#seed(nonce) })
  }

  #seed(nonce: bigint): Hex32 {
    const seed = this.#seeds.get(nonce) ?? (bytesToHex(systemRandom.bytes(32)) as Hex32)
    this.#seeds.set(nonce, seed)
    return seed
  }

  #recommit({ nonce, tasks }: Of<'recommit'>): void {
    const moved = this.#held(tasks).filter((execution) => execution.nonce < nonce)
    for (const execution of moved) execution.nonce = nonce
    if (moved.length > 0) this.#commit(moved)
  }

  #sendTags({ tasks }: Of<'reportTags'>): void {
    const items = this.#held(tasks).map(({ taskId, digest }) => {
      return { taskId, tag: tagOf(taskId, digest) }
    })
    this.send({ type: 'tags', items })
  }

  async #seal({ nonce, tasks }: Of<'sealRequest'>): Promise<void> {
    const { account, domain } = this.#options
    const head = headOf(this.#links(this.#held(tasks)))
    this.#sealed.set(nonce, tasks)
    const name = { pool: this.#pool as Address, nonce }
    const commitBy = unixSeconds(2 ** 40)
    const signature = await signSeal(account, name, { head, commitBy }, domain)
    this.send({ type: 'seal', nonce, head, commitBy, signature })
  }

  async #reveal({ nonce, publish }: Of<'committed'>): Promise<void> {
    const items = this.#held(this.#sealed.get(nonce) ?? []).map(({ taskId, digest }) => {
      return { taskId, digest }
    })
    this.send({ type: 'reveal', nonce, seed: this.#seed(nonce), items })
    if (publish.length > 0) await this.#publish(publish)
  }

  async #publish(tasks: readonly TaskId[]): Promise<void> {
    const held = this.#held(tasks)
    const cids = await this.#options.storage.putMany(held.map(({ archive }) => archive))
    const items = held.map(({ taskId }, i) => ({ taskId, cid: cids[i] as string }))
    this.send({ type: 'published', items })
  }

  #held(tasks: readonly TaskId[]): Execution[] {
    return tasks.flatMap((taskId) => this.#executions.get(taskId) ?? [])
  }
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest()
}
