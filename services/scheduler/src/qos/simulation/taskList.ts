/** Operations of each task of a bag. */
export type Bag = readonly number[]

/**
 * What helpers take: what waits, like any node (`flat`); that, then copies of what runs (`reschedule`); the
 * same, but copies only when later ones would miss the end that the bag would have without a tail (`late`);
 * or copies of all that is not done, from a server of their own (`duplicate`). `late` is ours, the others
 * are SpeQuloS' F, R and D.
 */
export type Deployment = 'flat' | 'reschedule' | 'late' | 'duplicate'

/** Which tasks of a bag wait, run and are done. */
export class TaskList {
  readonly #work: Bag
  /** Tasks given back go before those that were never given out. */
  readonly #returned: number[] = []
  readonly #assigned: Uint8Array
  readonly #done: Uint8Array
  readonly #helped: Uint8Array
  #next = 0
  /** No task before this one can be had by helpers. */
  #nextHelped = 0

  constructor(bag: Bag) {
    this.#work = bag
    this.#assigned = new Uint8Array(bag.length)
    this.#done = new Uint8Array(bag.length)
    this.#helped = new Uint8Array(bag.length)
  }

  workOf(task: number): number {
    return this.#work[task] ?? 0
  }

  get hasPending(): boolean {
    return this.#returned.length > 0 || this.#next < this.#work.length
  }

  /** The next task that waits; those done meanwhile are left out. */
  takePending(): number | undefined {
    for (let task = this.#returned.shift(); task !== undefined; task = this.#returned.shift())
      if (!this.#done[task]) return task
    while (this.#next < this.#work.length && this.#done[this.#next]) this.#next++
    return this.#next < this.#work.length ? this.#next++ : undefined
  }

  giveBack(task: number): void {
    if (!this.#done[task]) this.#returned.push(task)
  }

  /** True the first time. */
  markAssigned(task: number): boolean {
    if (this.#assigned[task]) return false
    this.#assigned[task] = 1
    return true
  }

  /** True the first time: the result of a second copy is for nothing. */
  finish(task: number): boolean {
    if (this.#done[task]) return false
    this.#done[task] = 1
    return true
  }

  /** @param mayCopy - Tasks that run may be taken too. */
  takeForHelper(deployment: Deployment, mayCopy: boolean): number | undefined {
    if (deployment === 'flat') return this.takePending()
    const waiting = deployment === 'duplicate' ? undefined : this.#takeUnhelped()
    const task = waiting ?? (mayCopy ? this.#firstUnhelped() : undefined)
    if (task !== undefined) this.#helped[task] = 1
    return task
  }

  /** The next task that waits and that no helper has had. */
  #takeUnhelped(): number | undefined {
    const at = this.#returned.findIndex((task) => !this.#done[task] && !this.#helped[task])
    if (at >= 0) return this.#returned.splice(at, 1)[0]
    return this.#next < this.#work.length ? this.#next++ : undefined
  }

  #firstUnhelped(): number | undefined {
    for (let task = this.#nextHelped; task < this.#work.length; task++) {
      if (!this.#done[task] && !this.#helped[task]) {
        this.#nextHelped = task + 1
        return task
      }
    }
    return undefined
  }
}
