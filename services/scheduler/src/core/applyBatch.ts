import type { TaskId } from '@millrace/base'
import type { Fact } from './facts.ts'
import { type Batch, isAlive, type PoolState, type Replica, type Task, taskOf } from './state.ts'
import { countAgreed, openBatch, removeTask, setNonce, setReplica, setStage } from './stateIndex.ts'

type Of<K extends Fact['kind']> = Extract<Fact, { kind: K }>

type BatchFactKind =
  | 'agreed'
  | 'reopened'
  | 'checked'
  | 'moved'
  | 'sealing'
  | 'sealed'
  | 'committing'
  | 'anchored'
  | 'named'
  | 'refused'
  | 'revealed'
  | 'overdue'
  | 'absent'
  | 'settling'
  | 'trusted'
  | 'batchClosed'
  | 'dropped'
  | 'abandoned'

/** Facts about what happens to tasks together, from agreement to settlement. */
export const APPLY_BATCH: { [K in BatchFactKind]: (state: PoolState, fact: Of<K>) => void } = {
  agreed: agree,
  reopened: (state, { tasks }) => {
    for (const taskId of tasks) reopen(state, taskOf(state, taskId))
  },
  checked: check,
  moved: move,
  sealing: startSealing,
  sealed: (state, { nonce, worker, signature, commitBy }) => {
    batchOf(state, nonce).signatures.set(worker, { signature, commitBy })
  },
  committing: (state, { nonce, root, atMs }) => {
    const batch = batchOf(state, nonce)
    batch.root = root
    enter(batch, 'committing', atMs)
  },
  anchored: (state, { nonce, committedAt, atMs }) => {
    const batch = batchOf(state, nonce)
    batch.committedAt = committedAt
    enter(batch, 'revealing', atMs)
  },
  named: (state, { items }) => {
    for (const [taskId, worker] of items) taskOf(state, taskId).publisher = worker
  },
  refused: (state, { taskId, worker, cause }) => {
    taskOf(state, taskId).refused.push({ worker, cause })
  },
  revealed: (state, { nonce, worker, seed, digests }) => {
    const batch = batchOf(state, nonce)
    batch.reveals.set(worker, { seed, digests })
    batch.absent.delete(worker)
  },
  overdue: (state, { nonce }) => {
    batchOf(state, nonce).isOverdue = true
  },
  absent: (state, { nonce, workers }) => {
    for (const worker of workers) batchOf(state, nonce).absent.add(worker)
  },
  settling: (state, { nonce, atMs }) => enter(batchOf(state, nonce), 'settling', atMs),
  trusted: startTrusted,
  batchClosed: closeBatch,
  dropped: (state, { tasks }) => {
    for (const taskId of tasks) removeTask(state, taskOf(state, taskId))
  },
  abandoned: abandon,
}

function enter(batch: Batch, stage: Batch['stage'], atMs: number): void {
  batch.stage = stage
  batch.sinceMs = atMs
}

function agree(state: PoolState, { items, atMs }: Of<'agreed'>): void {
  for (const [taskId, winner] of items) {
    const task = taskOf(state, taskId)
    const batch = batchOf(state, task.nonce)
    if (countAgreed(state, task.nonce) === 0) batch.firstAgreedMs = atMs
    task.winner = winner
    task.readyMs = atMs
    setStage(state, task, 'agreed')
  }
}

function reopen(state: PoolState, task: Task): void {
  task.winner = undefined
  task.readyMs = undefined
  task.publisher = undefined
  setStage(state, task, 'open')
}

/** Bytes fetched and compared with the digest; a trusted task is then ready to settle. */
function check(state: PoolState, { items, atMs }: Of<'checked'>): void {
  for (const [taskId, cid] of items) {
    const task = taskOf(state, taskId)
    task.cid = cid
    task.readyMs ??= atMs
    if (task.stage === 'open') setStage(state, task, 'checked')
  }
}

function move(state: PoolState, { nonce, tasks, untilMs, atMs }: Of<'moved'>): void {
  openBatch(state, nonce, atMs)
  for (const taskId of tasks) {
    const task = taskOf(state, taskId)
    setNonce(state, task, nonce)
    unbind(state, task, { untilMs, atMs })
  }
}

/** What a replica was bound to is over with it. */
export function endReplica(
  state: PoolState,
  task: Task,
  replica: Replica,
  { as, cause, atMs }: { as: 'lost' | 'failed'; cause: string; atMs: number },
): void {
  replica.cause = cause
  replica.commitment = undefined
  replica.tag = undefined
  setReplica(state, task, replica, { to: as, atMs })
}

/** Whoever has a result must bind itself again, under the name of another batch. */
function unbind(
  state: PoolState,
  task: Task,
  { untilMs, atMs }: { untilMs: number; atMs: number },
): void {
  for (const replica of task.replicas) {
    if (replica.state !== 'committed' && replica.state !== 'tagged') continue
    replica.commitment = undefined
    replica.tag = undefined
    replica.untilMs = untilMs
    setReplica(state, task, replica, { to: 'finished', atMs })
  }
}

function startSealing(state: PoolState, { nonce, tasks, atMs }: Of<'sealing'>): void {
  const batch = batchOf(state, nonce)
  seal(state, batch, tasks)
  enter(batch, 'sealing', atMs)
}

function startTrusted(state: PoolState, { nonce, tasks, atMs }: Of<'trusted'>): void {
  const batch = openBatch(state, nonce, atMs)
  batch.isTrusted = true
  for (const taskId of tasks) setNonce(state, taskOf(state, taskId), nonce)
  seal(state, batch, tasks)
  enter(batch, 'settling', atMs)
}

/** Puts the tasks of a batch in slot order and freezes them. */
function seal(state: PoolState, batch: Batch, tasks: readonly TaskId[]): void {
  for (const taskId of tasks) {
    setStage(state, taskOf(state, taskId), 'sealed')
    batch.tasks.delete(taskId)
    batch.tasks.add(taskId)
  }
}

function closeBatch(state: PoolState, { nonce }: Of<'batchClosed'>): void {
  state.batches.delete(nonce)
  state.index.agreed.delete(nonce)
}

function abandon(state: PoolState, fact: Of<'abandoned'>): void {
  const { nonce, absent, cause, untilMs, atMs } = fact
  const batch = batchOf(state, nonce)
  for (const taskId of [...batch.tasks]) {
    const task = taskOf(state, taskId)
    task.abandoned++
    task.cause = cause
    setNonce(state, task, 0)
    if (batch.isTrusted) {
      setStage(state, task, 'checked')
      continue
    }
    for (const replica of task.replicas) {
      if (!isAlive(replica) || !absent.includes(replica.worker)) continue
      endReplica(state, task, replica, { as: 'lost', cause, atMs })
    }
    unbind(state, task, { untilMs, atMs })
    task.cid = undefined
    task.refused = []
    reopen(state, task)
  }
  closeBatch(state, { kind: 'batchClosed', nonce })
}

export function batchOf(state: PoolState, nonce: number): Batch {
  const batch = state.batches.get(nonce)
  if (batch === undefined) throw new RangeError(`unknown batch ${nonce}`)
  return batch
}
