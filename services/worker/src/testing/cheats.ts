import type { Hex32, ResultDigest, TaskId } from '@millrace/base'
import type { WorkerMessage } from '@millrace/wire'
import type { Cheat } from '../cheat.ts'

// Workers that lie, each in one way. Tests of pools give them to `startWorker` as `deps.cheat`.

/** Votes for a digest of its own making, always the same, so that two such workers collude. */
export function wrongDigest(isTarget: (taskId: TaskId) => boolean = () => true): Cheat {
  return { digest: (taskId, honest) => (isTarget(taskId) ? flipped(honest) : honest) }
}

/** Commits, then is not heard of again, though its connection stays. */
export function vanishingAfterCommit(): Cheat {
  let isGone = false
  return {
    outgoing: (message) => {
      if (isGone) return undefined
      isGone = message.type === 'commitments'
      return message
    },
  }
}

/** Seals its work and then keeps seeds and digests to itself. */
export function neverRevealing(): Cheat {
  return { outgoing: (message) => (message.type === 'reveal' ? undefined : message) }
}

/** Reveals, but does not publish what it is named for. */
export function neverPublishing(): Cheat {
  return { outgoing: (message) => (message.type === 'published' ? undefined : message) }
}

/**
 * Says what another worker says instead of its own: `victim` listens to an honest worker, `copycat`
 * repeats its commitments and tags. A commitment names its worker, so no reveal can fit.
 */
export function copying(): { victim: Cheat; copycat: Cheat } {
  const commitments = new Map<TaskId, Hex32>()
  const tags = new Map<TaskId, Hex32>()
  return {
    victim: {
      outgoing: (message) => {
        if (message.type === 'commitments')
          for (const { taskId, commitment } of message.items) commitments.set(taskId, commitment)
        if (message.type === 'tags')
          for (const { taskId, tag } of message.items) tags.set(taskId, tag)
        return message
      },
    },
    copycat: {
      digest: (_, honest) => flipped(honest),
      commitment: (taskId, honest) => commitments.get(taskId) ?? honest,
      outgoing: (message) => (message.type === 'tags' ? withTags(message, tags) : message),
    },
  }
}

function withTags(
  message: Extract<WorkerMessage, { type: 'tags' }>,
  tags: ReadonlyMap<TaskId, Hex32>,
): WorkerMessage {
  const items = message.items.map(({ taskId, tag }) => ({ taskId, tag: tags.get(taskId) ?? tag }))
  return { ...message, items }
}

function flipped(digest: ResultDigest): ResultDigest {
  const last = digest.endsWith('0') ? '1' : '0'
  return `${digest.slice(0, -1)}${last}` as ResultDigest
}
