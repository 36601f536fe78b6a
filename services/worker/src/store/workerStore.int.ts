import { cpSync } from 'node:fs'
import { silentLogger, systemClock, unixSeconds } from '@millrace/base'
import { afterEach, describe, expect, it } from 'vitest'
import { aHash, anExecution, aTaskId } from '../testing/aContext.ts'
import { aHome } from '../testing/testWorker.ts'
import { openDatabase } from './openDatabase.ts'
import { createWorkerStore, type WorkerStore } from './workerStore.ts'

const opened: WorkerStore[] = []
const open = (home: string): WorkerStore => {
  const { signal } = new AbortController()
  const store = createWorkerStore(openDatabase(home), {
    clock: systemClock,
    log: silentLogger,
    signal,
  })
  opened.push(store)
  return store
}
/** The home as a kill would leave it. */
const killed = (home: string): string => {
  const copy = aHome()
  cpSync(home, copy, { recursive: true })
  return copy
}

afterEach(() => {
  for (const store of opened.splice(0)) store.close()
})

describe('worker store', () => {
  it('has on disk what was durable when the process was killed', async () => {
    const home = aHome()
    const store = open(home)
    const execution = anExecution(1, { status: 'committed', nonce: 7n, commitment: aHash(3) })
    store.put(execution)
    store.putBatch({
      nonce: 7n,
      status: 'sealed',
      tasks: [
        {
          taskId: aTaskId(1),
          dealId: aHash(2) as never,
          index: 0,
          digest: execution.digest as never,
        },
      ],
      head: aHash(4),
      commitBy: unixSeconds(50),
      signature: '0x12',
      anchor: undefined,
      sealedAtSec: unixSeconds(5),
      isForced: false,
      isOver: false,
    })
    await store.durable()
    const again = open(killed(home))
    expect(again.get(aTaskId(1))).toEqual(execution)
    expect(again.getBatch(7n)).toEqual(store.getBatch(7n))
  })

  it('starts work over that was not packed', async () => {
    const home = aHome()
    const store = open(home)
    for (const [n, status] of (
      ['offered', 'assigned', 'ready', 'ran', 'packed'] as const
    ).entries())
      store.put(anExecution(n, { status }))
    await store.durable()
    const again = open(killed(home))
    expect([...again.executions()].map(({ status }) => status)).toEqual([
      'offered',
      'offered',
      'offered',
      'offered',
      'packed',
    ])
  })

  it('writes changes that nobody waits for soon', async () => {
    const home = aHome()
    open(home).put(anExecution(1))
    await expect.poll(() => open(killed(home)).get(aTaskId(1))).toBeDefined()
  })

  it('changes an execution only from the statuses named', () => {
    const store = open(aHome())
    store.put(anExecution(1, { status: 'sealed' }))
    expect(store.patch(aTaskId(1), 'tagged', { status: 'committed' })).toBeUndefined()
    expect(store.patch(aTaskId(2), 'tagged', { status: 'sealed' })).toBeUndefined()
    expect(store.patch(aTaskId(1), ['tagged', 'sealed'], { status: 'revealed' })?.status).toBe(
      'revealed',
    )
  })

  it('drops an execution with its result', async () => {
    const store = open(aHome())
    store.put(anExecution(1))
    const bytes = Uint8Array.of(1, 2)
    store.putResult(aTaskId(1), { bytes, sizeBytes: 2, sha256: aHash(1) })
    expect(store.getResult(aTaskId(1))?.sizeBytes).toBe(2)
    store.remove(aTaskId(1))
    await store.durable()
    expect(store.getResult(aTaskId(1))).toBeUndefined()
  })

  it('refuses a home that another process uses', () => {
    const home = aHome()
    open(home)
    expect(() => openDatabase(home)).toThrow(expect.objectContaining({ code: 'HOME_IN_USE' }))
  })

  it('refuses a home of another worker', () => {
    const home = aHome()
    const store = open(home)
    store.claim(home, { worker: 'a' })
    store.claim(home, { worker: 'a' })
    expect(() => store.claim(home, { worker: 'b' })).toThrow(
      expect.objectContaining({ code: 'FOREIGN_HOME' }),
    )
  })

  it('keeps receipts until they have no use any more', () => {
    const store = open(aHome())
    const until = unixSeconds(5)
    const receipt = {
      nonce: 1n,
      root: aHash(1),
      until,
      signature: '0x' as const,
      items: [],
      own: [],
    }
    store.putReceipt({ ...receipt, keepUntilSec: 10 })
    store.putReceipt({ ...receipt, keepUntilSec: 30 })
    store.forgetReceipts(20)
    expect(store.receipts().map(({ keepUntilSec }) => keepUntilSec)).toEqual([30])
  })
})
