import type { TaskId } from '@millrace/base'
import type { RunRequest, RunResult } from '@millrace/runtime'

/** What an execution holds in memory between its steps; nothing of it survives the process. */
export type Activity = {
  readonly signal: AbortSignal
  inputs?: RunRequest['inputs']
  output?: RunResult
  /** Registers what must be given back when the execution lets go of it. */
  onRelease(release: () => void): void
  /** Gives back what is registered: pins, a place in the queue. */
  release(): void
}

export type Activities = {
  of(taskId: TaskId): Activity
  /** The execution needs none of it any more; nothing runs. */
  finish(taskId: TaskId): void
  /** Stops what runs for the task and lets go of everything. */
  end(taskId: TaskId, reason: string): void
}

export function createActivities(signal: AbortSignal): Activities {
  const activities = new Map<TaskId, { activity: Activity; abort: AbortController }>()
  const create = () => {
    const abort = new AbortController()
    let releases: (() => void)[] = []
    const activity: Activity = {
      signal: AbortSignal.any([signal, abort.signal]),
      onRelease: (release) => releases.push(release),
      release: () => {
        const all = releases
        releases = []
        for (const release of all) release()
      },
    }
    return { activity, abort }
  }
  return {
    of(taskId) {
      let found = activities.get(taskId)
      if (found === undefined) {
        found = create()
        activities.set(taskId, found)
      }
      return found.activity
    },
    finish(taskId) {
      activities.get(taskId)?.activity.release()
      activities.delete(taskId)
    },
    end(taskId, reason) {
      const found = activities.get(taskId)
      if (found === undefined) return
      activities.delete(taskId)
      found.abort.abort(new Error(reason))
      found.activity.release()
    },
  }
}
