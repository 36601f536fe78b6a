import {
  type Address,
  address,
  every,
  isRetryable,
  retry,
  systemClock,
  systemRandom,
  type TaskId,
} from '@millrace/base'
import type { WorkerMessage } from '@millrace/wire'
import { advertisementOf } from './advertisement.ts'
import { ensureBond } from './bond.ts'
import type { WorkerConfig } from './config.ts'
import { createContext } from './createContext.ts'
import { stepOfBatch, stepOfTask } from './dueSteps.ts'
import type { Execution, SealedBatch } from './execution.ts'
import { onBatchError, onTaskError } from './failures.ts'
import { findPool } from './findPool.ts'
import { guardBatches } from './guard/guardBatches.ts'
import { guardReceipts } from './guard/guardReceipts.ts'
import { leave } from './leave.ts'
import { onPoolMessage } from './poolMessages.ts'
import { forgetOld } from './retention.ts'
import { createSeeds, loadSecret } from './secret.ts'
import { resume } from './session/resume.ts'
import { createSession, type Session, type SessionOptions } from './session/session.ts'
import { createOperatorCheck } from './signatures.ts'
import { keepSpeedMeasured, knownSpeed, UNMEASURED_FUEL_PER_SEC } from './speed.ts'
import type { StepContext } from './stepContext.ts'
import { createStepper } from './stepper.ts'
import { openDatabase } from './store/openDatabase.ts'
import { createWorkerStore } from './store/workerStore.ts'
import type { WorkerDeps } from './workerDeps.ts'

export type Worker = {
  address: Address
  /** Resolves when the worker has stopped and its database is closed. */
  closed: Promise<void>
}

const FORGET_MS = 60_000
const RECEIPTS_MS = 60_000

/**
 * Starts a worker of one pool: opens its home, holds its bond, then keeps a session to the pool and
 * takes assignments to settled results until the signal aborts. It can be killed at any point; the
 * next start on the same home goes on.
 *
 * @throws {HomeInUseError} {@link ForeignHomeError} {@link BondUnaffordableError}
 */
export async function startWorker(config: WorkerConfig, deps: WorkerDeps): Promise<Worker> {
  const { clock = systemClock, random = systemRandom, chain, signal } = deps
  const { pool, home } = config
  const { chainId, verifyingContract: work } = chain.domain
  const worker = address(deps.account.address)
  const log = deps.log.child({ worker })
  // Ends everything; aborted when the polite part of stopping is over.
  const end = new AbortController()
  const store = createWorkerStore(openDatabase(home), { clock, log, signal: end.signal })
  try {
    store.claim(home, { chainId: `${chainId}`, work, pool, worker })
    const seeds = createSeeds(await loadSecret(home, random), { chainId, work, pool })
    await retry(() => ensureBond({ chain, log }, { worker, wanted: config.bond }), {
      clock,
      attempts: Number.POSITIVE_INFINITY,
      firstDelayMs: 100,
      maxDelayMs: 2000,
      signal,
      when: isRetryable,
    })
    const { line, connect } = createLine(deps)
    const parts = { config, deps, worker, log, clock, signal: end.signal, store, seeds, line }
    const context = createContext(parts)
    const closed = live(context, { deps: { ...deps, random }, connect, end })
    return { address: worker, closed }
  } catch (error) {
    end.abort()
    store.close()
    throw error
  }
}

/** The way out for messages, before there is a session to send them. */
function createLine({ cheat }: WorkerDeps) {
  let session: Session | undefined
  const send = (message: WorkerMessage): void => {
    const sent = cheat?.outgoing === undefined ? message : cheat.outgoing(message)
    if (sent !== undefined) session?.send(sent)
  }
  return {
    line: { send, isOpen: () => session?.isOpen() ?? false },
    connect: (opened: Session) => {
      session = opened
    },
  }
}

type Life = {
  deps: WorkerDeps & Required<Pick<WorkerDeps, 'random'>>
  connect: (session: Session) => void
  end: AbortController
}

/** The worker's life from its first dialling to its end. */
async function live(context: StepContext, { deps, connect, end }: Life): Promise<void> {
  const { store, log, clock, config, slots } = context
  const tasks = createStepper<StepContext, TaskId, Execution>({
    context,
    get: store.get,
    stepOf: stepOfTask,
    isMoreComing: () => slots.free() < config.slots || slots.waiting() > 0,
    onError: onTaskError(context),
  })
  const batches = createStepper<StepContext, bigint, SealedBatch>({
    context,
    get: store.getBatch,
    stepOf: stepOfBatch,
    isMoreComing: () => false,
    onError: onBatchError(context),
  })
  let onQuiet = (): void => {}
  store.onChange((change) => {
    if ('taskId' in change) tasks.wake(change.taskId)
    else batches.wake(change.nonce)
    onQuiet()
  })
  for (const { taskId } of store.executions()) tasks.wake(taskId)
  for (const { nonce } of store.batches()) batches.wake(nonce)

  const session = createSession(sessionOptions(context, { deps, wake: tasks.wake }))
  connect(session)
  const onError = (error: unknown) => log.error('clean-up failed', { error: String(error) })
  const onGuardError = (error: unknown) => log.error('guard failed', { error: String(error) })
  const loops = [
    session.run(),
    every({ clock, signal: end.signal, periodMs: FORGET_MS, onError }, () => forgetOld(context)),
    every({ clock, signal: end.signal, periodMs: RECEIPTS_MS, onError: onGuardError }, () =>
      guardReceipts(context),
    ),
    every(
      { clock, signal: end.signal, periodMs: config.guardSec * 1000, onError: onGuardError },
      () => guardBatches(context),
    ),
    keepSpeedMeasured(context, {
      measure: deps.measureSpeed,
      isIdle: () => store.executionCount() === 0,
      onMeasured: () => context.send(advertise(context)),
    }),
  ]
  log.info('worker started', { pool: config.pool, slots: config.slots })
  await aborted(deps.signal)
  await leave(context, {
    onQuiet: (listener) => {
      onQuiet = listener
    },
  })
  end.abort()
  await Promise.all(loops)
  store.close()
  log.info('worker stopped', { executionsKept: store.executionCount() })
}

function sessionOptions(
  context: StepContext,
  { deps, wake }: { deps: Life['deps']; wake: (taskId: TaskId) => void },
): SessionOptions {
  const { config, worker, account, domain, clock, log, signal, store, chain, slots } = context
  const { pool, poolUrl } = config
  const checkOperator = createOperatorCheck({ chain, clock, pool })
  const isLeaving = () => deps.signal.aborted
  return {
    pool,
    worker,
    owner: config.owner ?? worker,
    agent: `millrace node/${process.versions.node}`,
    account,
    domain,
    clock,
    log,
    signal,
    random: deps.random,
    findPool: () => (poolUrl === undefined ? findPool(deps, pool) : Promise.resolve(poolUrl)),
    onOpen: () => resume(context, { advertise: advertise(context), wake }),
    heartbeat: () =>
      context.send({
        type: 'heartbeat',
        running: [...store.executions()].flatMap((one) => (isRunning(one) ? [one.taskId] : [])),
        freeSlots: Math.max(0, slots.free() - slots.waiting()),
      }),
    onMessage: (message) => onPoolMessage({ context, checkOperator, isLeaving }, message),
  }
}

/** True from the assignment to the digest. */
function isRunning({ status }: Execution): boolean {
  return ['offered', 'assigned', 'ready', 'ran'].includes(status)
}

/** What this worker is and still holds. */
function advertise({ config, runtime, store }: StepContext): WorkerMessage {
  const fuelPerSec = knownSpeed(store) ?? UNMEASURED_FUEL_PER_SEC
  const over = ['failed', 'settled']
  const held = [...store.executions()].filter(({ status }) => !over.includes(status))
  return {
    type: 'advertise',
    advertisement: advertisementOf({ config, runtime, fuelPerSec }),
    executions: held.map(({ taskId }) => taskId),
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
