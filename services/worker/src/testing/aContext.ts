import { DatabaseSync } from 'node:sqlite'
import type { TaskId } from '@millrace/base'
import {
  type Address,
  address,
  type DealId,
  type Hex32,
  Secret,
  seededRandom,
  silentLogger,
  systemClock,
  type UnixSeconds,
  unixSeconds,
} from '@millrace/base'
import { memoryBlobStore } from '@millrace/storage'
import type { WorkerMessage } from '@millrace/wire'
import { privateKeyToAccount } from 'viem/accounts'
import { createActivities } from '../activities.ts'
import { zWorkerConfig } from '../config.ts'
import { type Execution, newExecution } from '../execution.ts'
import { createSeeds } from '../secret.ts'
import { createSlots } from '../slots.ts'
import type { StepContext } from '../stepContext.ts'
import { migrate } from '../store/openDatabase.ts'
import { createWorkerStore, type WorkerStore } from '../store/workerStore.ts'
import { TEST_POOL } from './aDeal.ts'
import { type FakeChain, fakeChain } from './fakeChain.ts'
import { fakeRuntime } from './fakeRuntime.ts'

export type TestContext = StepContext & {
  chain: FakeChain
  sent: WorkerMessage[]
}

export function memoryStore(): WorkerStore {
  const database = new DatabaseSync(':memory:')
  migrate(database)
  const { signal } = new AbortController()
  return createWorkerStore(database, { clock: systemClock, log: silentLogger, signal })
}

/** What steps work with, in memory; `sent` has what they said. Parts not given are not there. */
export function aContext(parts: Partial<StepContext> = {}): TestContext {
  const account = privateKeyToAccount(`0x${'11'.repeat(32)}`)
  const chain = fakeChain()
  const { signal } = new AbortController()
  const sent: WorkerMessage[] = []
  const { chainId, verifyingContract: work } = chain.domain
  const secret = new Secret(seededRandom(7).bytes(32))
  const absent = <T>(what: string, known: Partial<T> = {}): T =>
    new Proxy(known, {
      get: (target, name) => {
        if (name in target) return target[name as keyof typeof target]
        throw new RangeError(`this test has no ${what}`)
      },
    }) as T
  return {
    config: zWorkerConfig.parse({ home: '/nowhere', pool: TEST_POOL, slots: 2 }),
    worker: address(account.address),
    account,
    domain: chain.domain,
    clock: systemClock,
    log: silentLogger,
    signal,
    store: memoryStore(),
    storage: memoryBlobStore(),
    runtime: fakeRuntime(),
    deals: absent<StepContext['deals']>('deals', { terms: () => undefined }),
    inputs: absent('inputs'),
    results: absent('results'),
    activities: createActivities(signal),
    seeds: createSeeds(secret, { chainId, work, pool: TEST_POOL }),
    slots: createSlots({ slots: 2, memoryMiB: 1024 }),
    ahead: createSlots({ slots: 8, memoryMiB: 0 }),
    send: (message) => sent.push(message),
    isOnline: () => true,
    cheat: undefined,
    ...parts,
    chain,
    sent,
  }
}

export const aTaskId = (n: number): TaskId => `0x${n.toString(16).padStart(64, '0')}` as TaskId
export const aHash = (n: number): Hex32 => `0x${n.toString(16).padStart(64, 'f')}` as Hex32
export const anAddress = (n: number): Address => address(`0x${n.toString(16).padStart(40, '0')}`)

/** An execution of task `n`, packed with a digest unless told otherwise. */
export function anExecution(n: number, fields: Partial<Execution> = {}): Execution {
  const leaseUntil: UnixSeconds = unixSeconds(4_000_000_000)
  const dealId = aHash(1) as DealId
  const fresh = newExecution({ taskId: aTaskId(n), dealId, index: n, nonce: 1n, leaseUntil })
  return { ...fresh, status: 'packed', digest: aHash(100 + n) as never, ...fields }
}
