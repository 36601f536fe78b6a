import type { Clock, Logger } from '@millrace/base'

/**
 * One step of an item: looks first, then acts, and saves the item with its next status. Doing it
 * again after a kill is harmless. A grouped step takes all items that are due together.
 */
export type Step<Context, Item> =
  | { name: string; kind: 'each'; act(context: Context, item: Item): Promise<void> }
  | {
      name: string
      kind: 'group'
      /** Groups at work at the same time; items that come meanwhile form the next group. */
      lanes: number
      /** So long a group waits for more while more is on its way; a lone item never does. */
      lingerMs: number
      act(context: Context, items: readonly Item[]): Promise<void>
    }

export type StepperOptions<Context, Key, Item> = {
  context: Context & { clock: Clock; log: Logger; signal: AbortSignal }
  get(key: Key): Item | undefined
  /** The step that is due in the item's present status, if any. */
  stepOf(item: Item): Step<Context, Item> | undefined
  /** True while other items are about to become due. */
  isMoreComing(): boolean
  /** Decides on a step's error: milliseconds until it is tried again, or undefined for given up. */
  onError(failure: {
    key: Key
    item: Item
    step: Step<Context, Item>
    error: unknown
    attempt: number
  }): number | undefined
}

export type Stepper<Key> = {
  /** Something about the item changed: does what is due now. */
  wake(key: Key): void
}

/**
 * Runs due steps, at most one per item at a time. Woken items are looked at together once per turn
 * of the event loop, so that a burst becomes one group, one commit and one message.
 */
export function createStepper<Context, Key, Item>(
  options: StepperOptions<Context, Key, Item>,
): Stepper<Key> {
  const { context, get, stepOf } = options
  const { signal } = context
  const busy = new Set<Key>()
  let woken = new Set<Key>()
  let scheduled = false

  const wake = (key: Key): void => {
    woken.add(key)
    if (scheduled) return
    scheduled = true
    setImmediate(turn)
  }
  const fail = createFailing(options, wake)
  const lanes = createLanes(options, wake)

  const turn = (): void => {
    scheduled = false
    const keys = woken
    woken = new Set()
    if (signal.aborted) return
    for (const [step, items] of dueSteps(keys)) {
      if (step.kind === 'each') for (const [key, item] of items) start(step, new Map([[key, item]]))
      else if (lanes.enter(step, items.keys())) start(step, new Map([...items, ...joining(step)]))
    }
  }

  /** Items of a group step that waited for it to begin. */
  const joining = (step: Step<Context, Item>): Map<Key, Item> =>
    dueSteps(lanes.takeWaiting(step)).get(step) ?? new Map()

  const dueSteps = (keys: Iterable<Key>) => {
    const due = new Map<Step<Context, Item>, Map<Key, Item>>()
    for (const key of keys) {
      // A busy item is looked at again when its present step ends.
      const item = busy.has(key) ? undefined : get(key)
      const step = item === undefined ? undefined : stepOf(item)
      if (item === undefined || step === undefined) continue
      due.set(step, (due.get(step) ?? new Map<Key, Item>()).set(key, item))
    }
    return due
  }

  const start = (step: Step<Context, Item>, items: Map<Key, Item>): void => {
    for (const key of items.keys()) busy.add(key)
    act(context, step, [...items.values()])
      .then(
        () => {
          for (const [key, item] of items) {
            busy.delete(key)
            fail.forget(key)
            if (get(key) !== item) wake(key)
          }
        },
        (error: unknown) => {
          for (const [key, item] of items) {
            busy.delete(key)
            fail.onError({ key, item, step, error })
          }
        },
      )
      .finally(() => {
        if (step.kind === 'group') lanes.leave(step)
      })
  }

  return { wake }
}

async function act<Context, Item>(
  context: Context,
  step: Step<Context, Item>,
  items: readonly Item[],
): Promise<void> {
  if (step.kind === 'group') return step.act(context, items)
  for (const item of items) await step.act(context, item)
}

/** Counts failures in a row and wakes items again after the pause that `onError` asks for. */
function createFailing<Context, Key, Item>(
  { context, get, onError }: StepperOptions<Context, Key, Item>,
  wake: (key: Key) => void,
) {
  const { clock, log, signal } = context
  const attempts = new Map<Key, number>()
  return {
    forget: (key: Key) => attempts.delete(key),
    onError(failure: { key: Key; item: Item; step: Step<Context, Item>; error: unknown }): void {
      const { key, item, step, error } = failure
      // Changed meanwhile: the error may be that of its work being stopped.
      if (get(key) !== item || signal.aborted) {
        attempts.delete(key)
        wake(key)
        return
      }
      const attempt = (attempts.get(key) ?? 0) + 1
      attempts.set(key, attempt)
      const delayMs = onError({ ...failure, attempt })
      if (delayMs === undefined) {
        attempts.delete(key)
        wake(key)
        return
      }
      log.debug('step tried again', { step: step.name, attempt, delayMs, error: String(error) })
      clock.sleep(delayMs, signal).then(
        () => wake(key),
        () => {},
      )
    },
  }
}

type Line<Key> = { atWork: number; waiting: Set<Key>; isTimed: boolean; isRipe: boolean }

/**
 * Says when a group of a step may begin. Its items wait while all lanes are taken, and for a moment
 * while more are coming; who comes meanwhile joins them.
 */
function createLanes<Context, Key, Item>(
  { context: { clock, signal }, isMoreComing }: StepperOptions<Context, Key, Item>,
  wake: (key: Key) => void,
) {
  const lines = new Map<string, Line<Key>>()
  const lineOf = (name: string): Line<Key> => {
    const line = lines.get(name) ?? {
      atWork: 0,
      waiting: new Set<Key>(),
      isTimed: false,
      isRipe: false,
    }
    lines.set(name, line)
    return line
  }
  const ripen = (line: Line<Key>): void => {
    if (line.waiting.size === 0) return
    line.isRipe = true
    for (const key of line.waiting) wake(key)
  }
  const linger = (line: Line<Key>, lingerMs: number): void => {
    if (line.isTimed) return
    line.isTimed = true
    const end = () => {
      line.isTimed = false
      ripen(line)
    }
    clock.sleep(lingerMs, signal).then(end, () => {})
  }
  type Grouped = Extract<Step<Context, Item>, { kind: 'group' }>
  return {
    /** True when a group begins now; else its keys wait and are woken again. */
    enter({ name, lanes, lingerMs }: Grouped, keys: Iterable<Key>): boolean {
      const line = lineOf(name)
      for (const key of keys) line.waiting.add(key)
      if (line.atWork >= lanes) return false
      const mayWait = lingerMs > 0 && !line.isRipe && line.waiting.size < MAX_LINGERING
      if (mayWait && isMoreComing()) {
        linger(line, lingerMs)
        return false
      }
      line.atWork++
      line.isRipe = false
      return true
    },
    takeWaiting({ name }: Step<Context, Item>): Key[] {
      const { waiting } = lineOf(name)
      const keys = [...waiting]
      waiting.clear()
      return keys
    },
    leave({ name }: Step<Context, Item>): void {
      const line = lineOf(name)
      line.atWork--
      ripen(line)
    },
  }
}

/** A group of so many begins without waiting for more. */
const MAX_LINGERING = 64
