/** A process that the pool lends; how it starts and ends is not the pool's business. */
export type Member = { readonly alive: boolean; kill(reason: string): void }

type Waiter<M> = {
  resolve: (member: M) => void
  reject: (reason: unknown) => void
  /** It was cancelled and takes no member any more. */
  gone: boolean
}

type Seat<M> = { member: M; group: string; busy: boolean; boundAtMs: number }

/** How long a group may keep a process while others wait; switching costs a process start. */
const TURN_MS = 250

export type PoolOptions<M> = {
  /** Most members that run or wait warm for a group. */
  max: number
  start: () => Promise<M>
  nowMs: () => number
}

/**
 * Lends processes to tasks. A process serves one group only, from its first task to its end, so that
 * nothing of one group's programs can reach another's. Warm ones wait for more tasks of their group;
 * one spare process is always started ahead. Groups take turns.
 */
export class Pool<M extends Member> {
  readonly #options: PoolOptions<M>
  readonly #seats = new Set<Seat<M>>()
  /** Waiting tasks by group; the map's order is the order of turns. */
  readonly #queues = new Map<string, Waiter<M>[]>()
  #spare: Promise<M> | undefined
  #closed = false

  constructor(options: PoolOptions<M>) {
    this.#options = options
  }

  /** Starts the spare ahead of the first task. */
  warmUp(): void {
    if (this.#spare || this.#closed) return
    this.#spare = this.#options.start()
    // Whoever takes it sees the error.
    this.#spare.catch(() => {})
  }

  /** A member that has served nobody and will serve nobody else; the caller kills it. */
  async takeSpare(): Promise<M> {
    const spare = await this.#takeLivingSpare()
    this.warmUp()
    return spare
  }

  /** Waits for a member for the group; rejects when the signal aborts first. */
  acquire(group: string, signal?: AbortSignal): Promise<M> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(new Error('the runtime is closed'))
      if (signal?.aborted) return reject(signal.reason)
      const giveUp = () => {
        waiter.gone = true
        this.#forget(group, waiter)
        reject(signal?.reason)
      }
      const settle =
        <T>(act: (value: T) => void) =>
        (value: T) => {
          signal?.removeEventListener('abort', giveUp)
          act(value)
        }
      const waiter: Waiter<M> = {
        resolve: settle(resolve),
        reject: settle(reject),
        gone: false,
      }
      signal?.addEventListener('abort', giveUp, { once: true })
      const queue = this.#queues.get(group)
      if (queue) queue.push(waiter)
      else this.#queues.set(group, [waiter])
      this.#assign()
    })
  }

  /** Gives a member back; a dead one leaves the pool. */
  release(member: M): void {
    for (const seat of this.#seats) {
      if (seat.member !== member) continue
      seat.busy = false
      if (!member.alive) this.#seats.delete(seat)
    }
    this.#assign()
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const queue of this.#queues.values())
      for (const waiter of queue) waiter.reject(new Error('the runtime is closed'))
    this.#queues.clear()
    for (const { member } of this.#seats) member.kill('the runtime is closed')
    this.#seats.clear()
    const spare = await this.#spare?.catch(() => undefined)
    spare?.kill('the runtime is closed')
  }

  #assign(): void {
    for (;;) {
      const chosen = this.#useWarm() ?? this.#useNew() ?? this.#useOther()
      if (!chosen) return
    }
  }

  /** An idle member of a waiting group, unless its turn is over and others wait. */
  #useWarm(): boolean | undefined {
    const othersWait = this.#queues.size > 1
    for (const group of this.#queues.keys()) {
      const seat = this.#idle((s) => s.group === group && !(othersWait && this.#isOver(s)))
      if (!seat) continue
      seat.busy = true
      this.#nextOf(group)?.resolve(seat.member)
      return true
    }
    return undefined
  }

  #useNew(): boolean | undefined {
    const [group] = this.#queues.keys()
    if (group === undefined || this.#seats.size >= this.#options.max) return undefined
    this.#bind(group)
    return true
  }

  /** An idle member of another group ends, and a new one takes its place. */
  #useOther(): boolean | undefined {
    for (const group of this.#queues.keys()) {
      const seat = this.#idle((s) => s.group !== group && this.#mayEnd(s))
      if (!seat) continue
      seat.member.kill('replaced by another group')
      this.#seats.delete(seat)
      this.#bind(group)
      return true
    }
    return undefined
  }

  #mayEnd(seat: Seat<M>): boolean {
    return !this.#queues.has(seat.group) || this.#isOver(seat)
  }

  #isOver({ boundAtMs }: Seat<M>): boolean {
    return this.#options.nowMs() - boundAtMs >= TURN_MS
  }

  #bind(group: string): void {
    const waiter = this.#nextOf(group)
    if (!waiter) return
    // The seat is taken while the member starts.
    const placeholder = { alive: true, kill: () => {} } as unknown as M
    const seat: Seat<M> = {
      member: placeholder,
      group,
      busy: true,
      boundAtMs: this.#options.nowMs(),
    }
    this.#seats.add(seat)
    this.#takeLivingSpare().then(
      (member) => {
        if (this.#closed) return member.kill('the runtime is closed')
        seat.member = member
        if (waiter.gone) this.release(member)
        else waiter.resolve(member)
        this.warmUp()
      },
      (error: unknown) => {
        this.#seats.delete(seat)
        waiter.reject(error)
        this.#assign()
      },
    )
  }

  async #takeLivingSpare(): Promise<M> {
    const spare = this.#spare
    this.#spare = undefined
    const member = await spare?.catch(() => undefined)
    return member?.alive ? member : this.#options.start()
  }

  #idle(fits: (seat: Seat<M>) => boolean): Seat<M> | undefined {
    for (const seat of this.#seats) {
      if (!seat.busy && !seat.member.alive) this.#seats.delete(seat)
      else if (!seat.busy && fits(seat)) return seat
    }
    return undefined
  }

  /** The group's first waiter; the group goes behind the others. */
  #nextOf(group: string): Waiter<M> | undefined {
    const queue = this.#queues.get(group)
    const waiter = queue?.shift()
    this.#queues.delete(group)
    if (queue && queue.length > 0) this.#queues.set(group, queue)
    return waiter
  }

  #forget(group: string, waiter: Waiter<M>): void {
    const queue = this.#queues.get(group)?.filter((other) => other !== waiter)
    if (!queue) return
    if (queue.length > 0) this.#queues.set(group, queue)
    else this.#queues.delete(group)
  }
}
