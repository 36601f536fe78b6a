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
      act(context: Context, items: readonly Item[]): Promise<void>
    }

export type StepperOptions<Context, Key, Item> = {
  context: Context & { clock: Clock; log: Logger; signal: AbortSignal }
  get(key: Key): Item | undefined
  /** The step that is due in the item's present status, if any. */
  stepOf(item: Item): Step<Context, Item> | undefined
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
  const lanes = createLanes<Key>(wake)

  const turn = (): void => {
    scheduled = false
    const keys = woken
    woken = new Set()
    if (signal.aborted) return
    for (const [step, items] of dueSteps(keys)) {
      if (step.kind === 'each') for (const [key, item] of items) start(step, new Map([[key, item]]))
      else if (lanes.enter(step, items.keys())) start(step, items)
    }
  }

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

/** Bounds the groups of a step at work; who comes meanwhile waits and forms the next group. */
function createLanes<Key>(wake: (key: Key) => void) {
  const atWork = new Map<string, number>()
  const waiting = new Map<string, Set<Key>>()
  return {
    enter({ name, lanes }: { name: string; lanes: number }, keys: Iterable<Key>): boolean {
      const now = atWork.get(name) ?? 0
      if (now < lanes) {
        atWork.set(name, now + 1)
        return true
      }
      const line = waiting.get(name) ?? new Set()
      for (const key of keys) line.add(key)
      waiting.set(name, line)
      return false
    },
    leave({ name }: { name: string }): void {
      atWork.set(name, (atWork.get(name) ?? 1) - 1)
      const line = waiting.get(name)
      waiting.delete(name)
      for (const key of line ?? []) wake(key)
    },
  }
}
