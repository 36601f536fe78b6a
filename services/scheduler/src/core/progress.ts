import type { Address } from '@millrace/base'
import type { Progress } from '@millrace/wire'
import { type Deal, isAlive, type PoolState, type Task, taskOf } from './state.ts'

type Counted = 'waiting' | 'running' | 'reported' | 'agreed' | 'committed' | 'failed'

/** Where the tasks of a deal are, and when the pool expects to be done. */
export function progressOf(state: PoolState, deal: Deal, nowMs: number): Progress {
  const { dealId, terms, settled, doneBy } = deal
  const counts: Record<Counted, number> = {
    waiting: 0,
    running: 0,
    reported: 0,
    agreed: 0,
    committed: 0,
    failed: 0,
  }
  const running = new Map<Address, number>()
  const tasks = [...(state.index.tasksOf.get(dealId) ?? [])].map((taskId) => taskOf(state, taskId))
  for (const task of tasks) {
    counts[phaseOf(state, task)]++
    for (const replica of task.replicas)
      if (replica.state === 'assigned')
        running.set(replica.worker, (running.get(replica.worker) ?? 0) + 1)
  }
  const isOver = deal.status === 'done' || deal.status === 'expired'
  counts.failed += deal.spoiled
  if (!isOver) counts.waiting += terms.volume - settled - deal.spoiled - tasks.length
  const workers = new Set([...running.keys(), ...(Object.keys(doneBy) as Address[])])
  const etaSec = isOver ? undefined : etaOf(state, deal, nowMs)
  return {
    dealId,
    volume: terms.volume,
    ...counts,
    settled,
    ...(etaSec === undefined ? {} : { etaSec }),
    workers: [...workers].map((worker) => {
      return { worker, running: running.get(worker) ?? 0, done: doneBy[worker] ?? 0 }
    }),
  }
}

export function phaseOf(state: PoolState, task: Task): Counted {
  if (task.stage === 'stuck') return 'failed'
  if (task.stage === 'agreed' || task.stage === 'checked') return 'agreed'
  if (task.stage === 'sealed') {
    const stage = state.batches.get(task.nonce)?.stage
    return stage === 'revealing' || stage === 'settling' ? 'committed' : 'agreed'
  }
  const alive = task.replicas.filter(isAlive)
  if (alive.length === 0) return 'waiting'
  return alive.some((replica) => replica.state === 'assigned') ? 'running' : 'reported'
}

/** By the pace at which the deal has settled; before the first by the pace of the workers. */
export function etaOf(state: PoolState, deal: Deal, nowMs: number): number | undefined {
  const rate = state.live.rates.get(deal.dealId)
  const left = deal.terms.volume - deal.settled - deal.spoiled
  if (rate !== undefined && rate.perSec > 0) {
    const since = (nowMs - rate.sinceMs) / 1000
    return Math.max(0, Math.round(10 * (left / rate.perSec - since)) / 10)
  }
  let perSec = 0
  for (const { isConnected, advertisement, taskMs } of state.live.sessions.values())
    if (isConnected && advertisement !== undefined && taskMs !== undefined)
      perSec += (1000 * advertisement.slots) / Math.max(1, taskMs)
  if (perSec === 0) return undefined
  return Math.round((10 * left * replicasOf(state, deal)) / perSec) / 10
}

/** Replicas a task of the deal has on average; 1 before any is given out. */
function replicasOf(state: PoolState, { dealId }: Deal): number {
  const tasks = [...(state.index.tasksOf.get(dealId) ?? [])]
  const replicas = tasks.reduce((sum, id) => sum + taskOf(state, id).replicas.length, 0)
  return tasks.length === 0 ? 1 : Math.max(1, replicas / tasks.length)
}
