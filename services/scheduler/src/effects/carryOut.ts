import type { Address, Clock, Logger } from '@millrace/base'
import { isRetryable, retry, unixSeconds, wei } from '@millrace/base'
import {
  readExposure,
  readOdds,
  readRevealWindow,
  readStanding,
  type WriteClient,
} from '@millrace/chain'
import type { BlobStore } from '@millrace/storage'
import type { CheckResultEffect, Effect } from '../core/effects.ts'
import type { PoolEvent } from '../core/events.ts'
import type { WorkerStanding } from '../core/live.ts'
import type { SessionServer } from '../feeds/sessionServer.ts'
import type { PoolMetrics } from '../http/metrics.ts'
import { checkResult } from './checkResult.ts'
import { createLanes } from './lanes.ts'
import { type TransactionEffect, transact } from './transactions.ts'

export type EffectDeps = {
  client: WriteClient
  pool: Address
  storage: BlobStore
  sessions: SessionServer
  clock: Clock
  log: Logger
  metrics: PoolMetrics
  signal: AbortSignal
  maxResultBytes: number
  emit(event: PoolEvent): void
}

/** Results are fetched and hashed so many at a time. */
const CHECK_LANES = 16
const STANDING_LANES = 8
const PATIENT = { attempts: Infinity, firstDelayMs: 50, maxDelayMs: 1000 }

/** Does what the core has decided and tells it what came of it. */
export function createEffects(deps: EffectDeps): (effect: Effect) => void {
  const { sessions, log, signal } = deps
  const detach = (job: Promise<void>, effect: Effect): void => {
    job.catch((error) => {
      if (signal.aborted) return
      const { kind } = effect
      log.error('effect broke', { kind, error: String(error), stack: (error as Error).stack })
    })
  }
  const checks = createLanes(CHECK_LANES)
  const standings = createLanes(STANDING_LANES)

  return (effect) => {
    switch (effect.kind) {
      case 'send':
        sessions.send(effect.worker, effect.messages)
        return
      case 'closeSession':
        sessions.close(effect.worker, effect)
        return
      case 'readStanding':
        detach(
          standings(() => tellStanding(deps, effect.worker)),
          effect,
        )
        return
      case 'readRevealEnd':
        detach(tellRevealEnd(deps, effect), effect)
        return
      case 'checkResult':
        detach(
          checks(() => tellChecked(deps, effect)),
          effect,
        )
        return
      case 'commitBatch':
      case 'settleBatch':
      case 'settleTrusted':
        detach(tellTransacted(deps, effect), effect)
        return
      case 'log':
        log[effect.level](effect.message, effect.fields)
        return
      default:
        effect satisfies never
    }
  }
}

async function tellChecked(deps: EffectDeps, effect: CheckResultEffect): Promise<void> {
  const { storage, clock, signal, maxResultBytes: maxBytes, metrics, emit } = deps
  const checked = await checkResult({ storage, clock, signal, maxBytes }, effect)
  metrics.checks.inc({ outcome: checked.outcome.isRight ? 'right' : 'wrong' })
  emit(checked)
}

async function tellTransacted(deps: EffectDeps, effect: TransactionEffect): Promise<void> {
  const failed = await transact(deps, effect)
  const outcome = failed === undefined ? 'mined' : 'failed'
  deps.metrics.transactions.inc({ transaction: effect.kind, outcome })
  if (failed !== undefined) deps.emit(failed)
}

async function tellRevealEnd(
  { client, clock, signal, emit }: EffectDeps,
  { nonce, committedAt }: Extract<Effect, { kind: 'readRevealEnd' }>,
): Promise<void> {
  const since = { committedAt: unixSeconds(committedAt) }
  const windowSec = await retry(() => readRevealWindow(client, since), {
    clock,
    ...PATIENT,
    signal,
    when: isRetryable,
  })
  emit({ kind: 'revealEnd', nonce, endsAt: committedAt + windowSec })
}

async function tellStanding(deps: EffectDeps, worker: Address): Promise<void> {
  const { clock, signal, emit } = deps
  const standing = await retry(() => readWorkerStanding(deps, worker), {
    clock,
    ...PATIENT,
    signal,
    when: isRetryable,
  })
  emit({ kind: 'standing', worker, standing })
}

async function readWorkerStanding(
  { client }: EffectDeps,
  worker: Address,
): Promise<WorkerStanding> {
  const [standing, exposure, odds] = await Promise.all([
    readStanding(client, worker),
    readExposure(client, worker),
    readOdds(client, { worker, saboteurBps: 1, value: wei(0n) }),
  ])
  return { ...standing, exposure, mayVote: odds > 0n }
}
