import {
  type Address,
  bytesToHex,
  type Hex32,
  type Random,
  type ResultDigest,
  type TaskId,
  unixSeconds,
} from '@millrace/base'
import { commitmentOf, headOf, sealLeaf, tagOf, verifyMerkleProof } from '@millrace/protocol'
import type { SessionMessage, UnsignedMessage } from '@millrace/scheduler'
import { fakeSignature } from './fakeSignature.ts'
import type { ForcedReveal } from './simReveals.ts'
import { between, chance, type Timeline } from './timeline.ts'

/** What a worker does wrong, each with a probability per task or batch. */
export type Vices = {
  lies: number
  /** Liars give the same wrong answer, as if they had agreed on it. */
  isColluding: boolean
  fails: number
  /** Does not reveal a batch that it has sealed, neither to its pool nor on chain. */
  hides: number
  /** Its pool does not hear its reveal. */
  ignored: number
  /** Does not publish what it is named for. */
  withholds: number
  /** Publishes other bytes. */
  forges: number
}

export const HONEST: Vices = {
  lies: 0,
  isColluding: false,
  fails: 0,
  hides: 0,
  ignored: 0,
  withholds: 0,
  forges: 0,
}

type Execution = {
  taskId: TaskId
  nonce: bigint
  status: 'queued' | 'running' | 'done'
  digest: ResultDigest | undefined
  isReceipted: boolean
}

type SimBatch = { tasks: readonly TaskId[]; seal: SessionMessage }

export type WorkerDeps = {
  address: Address
  owner: Address
  pool: Address
  slots: number
  taskMs: [number, number]
  vices: Vices
  timeline: Timeline
  random: Random
  /** Bytes in storage: content id and the digest that they hash to. */
  storage: Map<string, ResultDigest>
  send(message: SessionMessage): void
  /** Reveals on chain what has not settled half a reveal window from now. */
  guard(forced: Omit<ForcedReveal, 'worker'>): void
}

/** The right answer to a task. */
export function rightDigest(taskId: TaskId): ResultDigest {
  return tagOf(taskId, taskId as unknown as ResultDigest) as unknown as ResultDigest
}

/**
 * A worker as the wire has it. What it holds survives disconnections and crashes, as the real one's
 * database does; a run that was under way starts again.
 */
export class SimWorker {
  readonly #executions = new Map<TaskId, Execution>()
  readonly #seeds = new Map<bigint, Hex32>()
  readonly #sealed = new Map<bigint, SimBatch>()
  #life = 0

  readonly deps: WorkerDeps

  constructor(deps: WorkerDeps) {
    this.deps = deps
  }

  get executions(): TaskId[] {
    return [...this.#executions.keys()]
  }

  /** The process dies: runs are lost, records are not. */
  crash(): void {
    this.#life++
    for (const execution of this.#executions.values())
      if (execution.status === 'running') execution.status = 'queued'
  }

  restart(): void {
    this.#runMore()
  }

  receive(message: UnsignedMessage): void {
    switch (message.type) {
      case 'assignments':
        for (const { taskId, nonce } of message.items) this.#accept(taskId, nonce)
        this.#runMore()
        return
      case 'recommit':
        this.#recommit(message.nonce, message.tasks)
        return
      case 'receipts':
        for (const { taskId } of message.items) {
          const execution = this.#executions.get(taskId)
          if (execution?.nonce === message.nonce) execution.isReceipted = true
        }
        return
      case 'reportTags':
        this.#sendTags(message.tasks)
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
      case 'settled':
      case 'cancel':
        for (const taskId of message.tasks) this.#executions.delete(taskId)
        this.#runMore()
        return
      default:
        return
    }
  }

  #accept(taskId: TaskId, nonce: bigint): void {
    const known = this.#executions.get(taskId)
    if (known === undefined) {
      const fresh = {
        taskId,
        nonce,
        status: 'queued',
        digest: undefined,
        isReceipted: false,
      } as const
      this.#executions.set(taskId, { ...fresh })
    } else if (known.status === 'done') this.#recommit(nonce, [taskId])
  }

  #runMore(): void {
    const all = [...this.#executions.values()]
    let free = this.deps.slots - all.filter(({ status }) => status === 'running').length
    for (const execution of all) {
      if (free <= 0) return
      if (execution.status !== 'queued') continue
      free--
      this.#run(execution)
    }
  }

  #run(execution: Execution): void {
    const { timeline, random, taskMs } = this.deps
    const life = this.#life
    execution.status = 'running'
    timeline.after(between(random, ...taskMs), () => {
      const isCurrent = this.#executions.get(execution.taskId) === execution
      if (life !== this.#life) return
      if (isCurrent) this.#finish(execution)
      this.#runMore()
    })
  }

  #finish(execution: Execution): void {
    const { random, vices, send, address } = this.deps
    const { taskId, nonce } = execution
    if (chance(random, vices.fails)) {
      this.#executions.delete(taskId)
      send({ type: 'failed', items: [{ taskId, code: 'HOST_ERROR', message: 'broken' }] })
      return
    }
    const right = rightDigest(taskId)
    const liar = vices.isColluding ? right : (`${address}${'0'.repeat(24)}` as ResultDigest)
    const wrong = tagOf(taskId, liar) as unknown as ResultDigest
    const isLie = chance(random, vices.lies)
    execution.digest = isLie ? (tagOf(taskId, wrong) as unknown as ResultDigest) : right
    execution.status = 'done'
    if (nonce === 0n) this.#report(execution)
    else this.#commit([execution])
  }

  #report({ taskId, digest }: Execution): void {
    if (digest === undefined) return
    const cid = this.#store(taskId, digest)
    this.deps.send({ type: 'results', items: [{ taskId, digest, cid }] })
  }

  #commit(executions: Execution[]): void {
    const items = executions.map(({ taskId, nonce, digest }) => {
      return { taskId, nonce, commitment: this.#commitment(nonce, taskId, digest as ResultDigest) }
    })
    this.deps.send({ type: 'commitments', items })
  }

  #commitment(nonce: bigint, taskId: TaskId, digest: ResultDigest): Hex32 {
    const { address: worker } = this.deps
    return commitmentOf({ taskId, worker, digest, seed: this.#seed(nonce) })
  }

  #seed(nonce: bigint): Hex32 {
    const seed = this.#seeds.get(nonce) ?? (bytesToHex(this.deps.random.bytes(32)) as Hex32)
    this.#seeds.set(nonce, seed)
    return seed
  }

  #recommit(nonce: bigint, tasks: readonly TaskId[]): void {
    const done: Execution[] = []
    for (const taskId of tasks) {
      const execution = this.#executions.get(taskId)
      // As the real one does, it follows to higher numbers only.
      if (execution === undefined || nonce < execution.nonce) continue
      if (execution.nonce !== nonce) execution.isReceipted = false
      execution.nonce = nonce
      if (execution.status === 'done') done.push(execution)
    }
    if (done.length > 0 && nonce !== 0n) this.#commit(done)
  }

  #sendTags(tasks: readonly TaskId[]): void {
    const items = tasks.flatMap((taskId) => {
      const execution = this.#executions.get(taskId)
      if (execution?.digest === undefined || !execution.isReceipted) return []
      return [{ taskId, tag: tagOf(taskId, execution.digest) }]
    })
    if (items.length > 0) this.deps.send({ type: 'tags', items })
  }

  /** One seal per batch name, ever: asked again, it sends the same. */
  #seal({ nonce, tasks }: Extract<UnsignedMessage, { type: 'sealRequest' }>): void {
    const { send, address } = this.deps
    const known = this.#sealed.get(nonce)
    if (known !== undefined) {
      send(known.seal)
      return
    }
    const executions = tasks.map((taskId) => this.#executions.get(taskId))
    if (executions.some((one) => one?.digest === undefined || one.nonce !== nonce)) return
    const head = headOf(
      executions.map((one) => {
        const { taskId, digest } = one as Execution
        return { taskId, commitment: this.#commitment(nonce, taskId, digest as ResultDigest) }
      }),
    )
    const signature = fakeSignature(address, Number(nonce), head)
    const commitBy = unixSeconds(2 ** 40)
    const seal = { type: 'seal', nonce, head, commitBy, signature } as const
    this.#sealed.set(nonce, { tasks, seal })
    send(seal)
  }

  #reveal(message: Extract<UnsignedMessage, { type: 'committed' }>): void {
    const { random, vices, send, guard, address } = this.deps
    const { nonce, root, index, count, proof, publish } = message
    const batch = this.#sealed.get(nonce)
    if (batch?.seal.type !== 'seal') throw new RangeError(`batch ${nonce} was never sealed`)
    const leaf = sealLeaf(address, batch.seal.head)
    if (!verifyMerkleProof(leaf, { index, count, proof, root }))
      throw new RangeError(`the proof of batch ${nonce} is wrong`)
    if (chance(random, vices.hides)) return
    const items = batch.tasks.flatMap((taskId) => {
      const digest = this.#executions.get(taskId)?.digest
      return digest === undefined ? [] : [{ taskId, digest }]
    })
    const reveal = { seed: this.#seed(nonce), items }
    guard({ nonce: Number(nonce), head: batch.seal.head, reveal })
    if (chance(random, vices.ignored)) return
    send({ type: 'reveal', nonce, ...reveal })
    this.#publish(publish)
  }

  #publish(tasks: readonly TaskId[]): void {
    const { random, vices, send } = this.deps
    const items = tasks.flatMap((taskId) => {
      const digest = this.#executions.get(taskId)?.digest
      if (digest === undefined || chance(random, vices.withholds)) return []
      return [{ taskId, cid: this.#store(taskId, digest) }]
    })
    if (items.length > 0) send({ type: 'published', items })
  }

  #store(taskId: TaskId, digest: ResultDigest): string {
    const isForged = chance(this.deps.random, this.deps.vices.forges)
    const cid = `${isForged ? 'forged' : 'bytes'}${digest.slice(2)}`
    this.deps.storage.set(cid, isForged ? (taskId as unknown as ResultDigest) : digest)
    return cid
  }
}
