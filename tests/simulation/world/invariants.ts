import type { Address } from '@millrace/base'
import { isAlive, type PoolState, type Task } from '@millrace/scheduler'
import { expect } from 'vitest'
import type { SimChain } from './simChain.ts'

/** What must be true of a pool's state after every turn. */
export function checkInvariants(state: PoolState): void {
  for (const task of state.tasks.values()) checkTask(state, task)
  checkLoads(state)
  for (const { settled, terms, dealId } of state.deals.values())
    if (settled > terms.volume) expect.fail(`deal ${dealId} settled more than it has`)
}

function checkTask(state: PoolState, { taskId, nonce, stage, replicas }: Task): void {
  const alive = replicas.filter(isAlive)
  const workers = new Set(alive.map(({ worker }) => worker))
  if (workers.size !== alive.length) expect.fail(`two replicas of ${taskId} on one worker`)
  if (nonce !== 0 && !state.batches.get(nonce)?.tasks.has(taskId))
    expect.fail(`task ${taskId} is not in its batch ${nonce}`)
  const isVoted = stage === 'agreed' || (stage === 'sealed' && replicas.some(({ tag }) => tag))
  if (isVoted && !alive.every(({ commitment, tag }) => commitment && tag))
    expect.fail(`task ${taskId} counts a vote that is not bound`)
}

function checkLoads({ tasks, index }: PoolState): void {
  const load = new Map<Address, number>()
  const assigned = [...tasks.values()]
    .flatMap(({ replicas }) => replicas)
    .filter(({ state }) => state === 'assigned')
  for (const { worker } of assigned) load.set(worker, (load.get(worker) ?? 0) + 1)
  for (const [worker, count] of index.load)
    if (count !== (load.get(worker) ?? 0)) expect.fail(`load of ${worker} is miscounted`)
}

/** What must be true when all deals are over: nothing is held, waits or is on its way. */
export function expectNothingLeft(state: PoolState): void {
  expect(state.tasks.size).toBe(0)
  expect(state.index.open).toEqual({ voted: 0, trusted: 0 })
  expect([...state.index.holding.values()].every((held) => held.size === 0)).toBe(true)
  expect([...state.batches.values()].filter(({ tasks }) => tasks.size > 0)).toEqual([])
  expect(state.live.wanting.size).toBe(0)
}

/** When all deals are over no lock is left, and bonds are what the chain says of each worker. */
export function expectMoneyInPlace({ ledger, standings }: SimChain): void {
  expect(ledger.balanceOf('escrow')).toBe(0n)
  const bonds = [...standings.values()].reduce((sum, { bond }) => sum + bond, 0n)
  expect(ledger.balanceOf('bonds')).toBe(bonds)
}
