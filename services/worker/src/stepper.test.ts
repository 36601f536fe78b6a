import { type Clock, silentLogger, systemClock } from '@millrace/base'
import { describe, expect, it } from 'vitest'
import { createStepper, type Step, type StepperOptions } from './stepper.ts'

type Item = { key: number; status: number }
type Items = Map<number, Item>
const context = { clock: systemClock, log: silentLogger, signal: new AbortController().signal }

/** A stepper whose items go through `steps` by status; saving one wakes it. */
function stepperOf(
  steps: Step<typeof context, Item>[],
  onError: StepperOptions<typeof context, number, Item>['onError'] = () => undefined,
  { clock = systemClock, isMoreComing = (): boolean => false } = {},
) {
  const items: Items = new Map()
  const stepper = createStepper<typeof context, number, Item>({
    context: { ...context, clock },
    get: (key) => items.get(key),
    stepOf: ({ status }) => steps[status],
    isMoreComing,
    onError,
  })
  const save = (item: Item): void => {
    items.set(item.key, item)
    stepper.wake(item.key)
  }
  return { items, save, wake: stepper.wake }
}

const turns = async (count = 20): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve))
}

describe('stepper', () => {
  it('takes an item through step after step', async () => {
    const done: string[] = []
    const step = (name: string): Step<typeof context, Item> => ({
      name,
      kind: 'each',
      act: (_, item) => {
        done.push(name)
        save({ ...item, status: item.status + 1 })
        return Promise.resolve()
      },
    })
    const { items, save } = stepperOf([step('one'), step('two'), step('three')])
    save({ key: 1, status: 0 })
    await turns()
    expect(done).toEqual(['one', 'two', 'three'])
    expect(items.get(1)?.status).toBe(3)
  })

  it('never runs two steps of one item at a time', async () => {
    let running = 0
    let most = 0
    let release: () => void = () => {}
    const { save, wake } = stepperOf([
      {
        name: 'slow',
        kind: 'each',
        act: async (_, item) => {
          most = Math.max(most, ++running)
          await new Promise<void>((resolve) => {
            release = resolve
          })
          running--
          save({ ...item, status: 1 })
        },
      },
    ])
    save({ key: 1, status: 0 })
    await turns()
    wake(1)
    await turns()
    release()
    await turns()
    expect(most).toBe(1)
  })

  it('takes items woken in one turn as one group', async () => {
    const groups: number[][] = []
    const { save } = stepperOf([
      {
        name: 'together',
        kind: 'group',
        lanes: 1,
        lingerMs: 0,
        act: (_, items) => {
          groups.push(items.map(({ key }) => key))
          for (const item of items) save({ ...item, status: 1 })
          return Promise.resolve()
        },
      },
    ])
    for (const key of [1, 2, 3]) save({ key, status: 0 })
    await turns()
    expect(groups).toEqual([[1, 2, 3]])
  })

  it('lets those who come while all lanes are taken form the next group', async () => {
    const groups: number[][] = []
    const releases: (() => void)[] = []
    const { save } = stepperOf([
      {
        name: 'together',
        kind: 'group',
        lanes: 1,
        lingerMs: 0,
        act: async (_, items) => {
          groups.push(items.map(({ key }) => key))
          await new Promise<void>((resolve) => releases.push(resolve))
          for (const item of items) save({ ...item, status: 1 })
        },
      },
    ])
    save({ key: 1, status: 0 })
    await turns()
    save({ key: 2, status: 0 })
    await turns()
    save({ key: 3, status: 0 })
    await turns()
    expect(groups).toEqual([[1]])
    releases[0]?.()
    await turns()
    expect(groups).toEqual([[1], [2, 3]])
    releases[1]?.()
  })

  describe('with a group that lingers', () => {
    let isMoreComing = true
    let endOfWait: () => void = () => {}
    const clock: Clock = {
      nowMs: () => 0,
      sleep: () =>
        new Promise<void>((resolve) => {
          endOfWait = resolve
        }),
    }
    const lingering = () => {
      const groups: number[][] = []
      const { save } = stepperOf(
        [
          {
            name: 'together',
            kind: 'group',
            lanes: 1,
            lingerMs: 40,
            act: (_, items) => {
              groups.push(items.map(({ key }) => key).sort())
              for (const item of items) save({ ...item, status: 1 })
              return Promise.resolve()
            },
          },
        ],
        undefined,
        { clock, isMoreComing: () => isMoreComing },
      )
      return { groups, save }
    }

    it('waits for more while more is coming, but not for ever', async () => {
      isMoreComing = true
      const { groups, save } = lingering()
      save({ key: 1, status: 0 })
      await turns()
      save({ key: 2, status: 0 })
      await turns()
      expect(groups).toEqual([])
      endOfWait()
      await turns()
      expect(groups).toEqual([[1, 2]])
    })

    it('begins at once with all who wait when nothing more is coming', async () => {
      isMoreComing = true
      const { groups, save } = lingering()
      save({ key: 1, status: 0 })
      await turns()
      isMoreComing = false
      save({ key: 2, status: 0 })
      await turns()
      expect(groups).toEqual([[1, 2]])
    })

    it('begins at once when it is large', async () => {
      isMoreComing = true
      const { groups, save } = lingering()
      for (let key = 0; key < 64; key++) save({ key, status: 0 })
      await turns()
      expect(groups).toHaveLength(1)
    })
  })

  it('tries a failed step again after the pause that is asked for', async () => {
    const attempts: number[] = []
    const { items, save } = stepperOf(
      [
        {
          name: 'flaky',
          kind: 'each',
          act: (_, item) => {
            if (attempts.length < 2) return Promise.reject(new Error('not now'))
            save({ ...item, status: 1 })
            return Promise.resolve()
          },
        },
      ],
      ({ attempt }) => {
        attempts.push(attempt)
        return 0
      },
    )
    save({ key: 1, status: 0 })
    await expect.poll(() => items.get(1)?.status).toBe(1)
    expect(attempts).toEqual([1, 2])
  })

  it('asks nobody about the failure of an item that was changed meanwhile', async () => {
    let failures = 0
    let fail: () => void = () => {}
    const { save } = stepperOf(
      [
        {
          name: 'stopped',
          kind: 'each',
          act: () =>
            new Promise((_, reject) => {
              fail = () => reject(new Error('stopped'))
            }),
        },
      ],
      () => {
        failures++
        return undefined
      },
    )
    save({ key: 1, status: 0 })
    await turns()
    save({ key: 1, status: 9 })
    fail()
    await turns()
    expect(failures).toBe(0)
  })
})
