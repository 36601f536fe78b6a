import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Address, address, silentLogger } from '@millrace/base'
import { type BlobStore, memoryBlobStore } from '@millrace/storage'
import { privateKeyToAccount } from 'viem/accounts'
import { afterAll } from 'vitest'
import type { Cheat } from '../cheat.ts'
import { zWorkerConfig } from '../config.ts'
import { startWorker } from '../startWorker.ts'
import { TEST_POOL } from './aDeal.ts'
import { type FakeChain, fakeChain } from './fakeChain.ts'
import { type FakeRuntime, fakeRuntime } from './fakeRuntime.ts'
import type { PoolServer } from './poolServer.ts'

/** A world for workers: chain and storage in memory. */
export type TestWorld = { chain: FakeChain; storage: BlobStore }

export function aWorld(): TestWorld {
  return { chain: fakeChain(), storage: memoryBlobStore() }
}

export type TestWorker = {
  address: Address
  home: string
  runtime: FakeRuntime
  /** Politely. */
  stop(): Promise<void>
}

export type TestWorkerOptions = {
  /** Different numbers are different wallets. */
  key?: number
  home?: string
  cheat?: Cheat
  runtime?: FakeRuntime
  config?: Record<string, unknown>
}

function addressOf(key: number): Address {
  return address(accountOf(key).address)
}

function accountOf(key: number) {
  return privateKeyToAccount(`0x${key.toString(16).padStart(64, '0')}`)
}

/** A real worker with a home of its own, whose programs print their arguments. */
export async function aWorker(
  { chain, storage }: TestWorld,
  poolUrl: string,
  { key = 1, home = aHome(), cheat, runtime = fakeRuntime(), config = {} }: TestWorkerOptions = {},
): Promise<TestWorker> {
  const stop = new AbortController()
  const worker = await startWorker(
    zWorkerConfig.parse({ home, pool: TEST_POOL, poolUrl, slots: 2, shutdownSec: 0.1, ...config }),
    {
      chain,
      storage,
      runtime,
      account: accountOf(key),
      measureSpeed: () => Promise.resolve(2e9),
      log: silentLogger,
      signal: stop.signal,
      ...(cheat === undefined ? {} : { cheat }),
    },
  )
  return {
    address: worker.address,
    home,
    runtime,
    stop: () => {
      stop.abort()
      return worker.closed
    },
  }
}

const homes: string[] = []
afterAll(() => {
  for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true })
})

/** A folder that goes when the test file is done. */
export function aHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'millrace-worker-'))
  homes.push(home)
  return home
}

/** Starts workers against a server and waits until each has a session. */
export function workerStarter(world: TestWorld, server: PoolServer, started: TestWorker[]) {
  return async (options: TestWorkerOptions = {}): Promise<TestWorker> => {
    const online = server.nextSession(addressOf(options.key ?? 1))
    const worker = await aWorker(world, server.url, options)
    started.push(worker)
    await online
    return worker
  }
}
