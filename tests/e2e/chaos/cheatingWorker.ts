import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { address, silentLogger, systemClock, type Wei, wei } from '@millrace/base'
import {
  approveToken,
  createWriteClient,
  depositFor,
  memoryOutboxStore,
  readParameters,
  transferGas,
  waitForSuccess,
} from '@millrace/chain'
import { readFaucet } from '@millrace/chain/node'
import { createWasmRuntime, measureSpeed, type RunResult, type Runtime } from '@millrace/runtime'
import { httpBlobStore } from '@millrace/storage'
import type { Cheat, WorkerConfig } from '@millrace/worker'
import { createWorkerChain, startWorker, zWorkerConfig } from '@millrace/worker'
import { generatePrivateKey, type LocalAccount, privateKeyToAccount } from 'viem/accounts'
import type { CloudUnderTest } from './cloudUnderTest.ts'

/** A worker of the test's own, beside those of the cloud. */
export type ExtraWorker = { address: ReturnType<typeof address>; bond: Wei; stop(): Promise<void> }

const COIN = 10n ** 18n

/** A program's result as a worker of bad faith hands it on. */
export type Forgery = (result: RunResult) => RunResult

/** Starts a further worker in this process, with a bond out of the treasury, that lies in one way. */
export async function startCheatingWorker(
  cloud: CloudUnderTest,
  cheat: Cheat,
  { forge, ...more }: Partial<WorkerConfig> & { forge?: Forgery } = {},
): Promise<ExtraWorker> {
  const { rpcUrl, contracts, storageUrl, pool, poolUrl } = cloud.facts()
  const account = privateKeyToAccount(generatePrivateKey())
  const stop = new AbortController()
  const { signal } = stop
  const clientOf = (who: LocalAccount) =>
    createWriteClient({ rpcUrl, contracts, account: who, outbox: memoryOutboxStore(), signal })
  const treasury = clientOf(readFaucet(join(cloud.home, 'chain')))
  const { minBond: bond } = await readParameters(treasury)
  await fund(treasury, { who: address(account.address), bond })
  const runtime = await createWasmRuntime({
    cacheDir: join(cloud.home, 'cache', 'programs'),
    maxChildren: 1,
    log: silentLogger,
    clock: systemClock,
  })
  const home = mkdtempSync(join(cloud.home, 'cheat-'))
  const settings = { home, pool, poolUrl, bond: `${bond}`, slots: 1, shutdownSec: 0, ...more }
  const worker = await startWorker(zWorkerConfig.parse(settings), {
    chain: createWorkerChain(clientOf(account), signal),
    storage: httpBlobStore({ url: storageUrl }, { clock: systemClock }),
    runtime: forge === undefined ? runtime : forging(runtime, forge),
    account,
    measureSpeed: () => measureSpeed(runtime),
    log: silentLogger,
    signal,
    cheat,
  })
  return {
    address: worker.address,
    bond,
    stop: async () => {
      stop.abort()
      await worker.closed
      await runtime.close()
    },
  }
}

/** What it publishes fits what it votes for: nothing but another run shows that it is false. */
function forging(runtime: Runtime, forge: Forgery): Runtime {
  return {
    ...runtime,
    run: async (...run) => {
      const outcome = await runtime.run(...run)
      return outcome.kind === 'result' ? forge(outcome) : outcome
    },
  }
}

async function fund(
  treasury: ReturnType<typeof createWriteClient>,
  { who, bond }: { who: ReturnType<typeof address>; bond: Wei },
): Promise<void> {
  const allowance = { spender: treasury.contracts.escrow, amount: bond }
  await waitForSuccess(treasury, await approveToken(treasury, allowance))
  const sent = [
    transferGas(treasury, { to: who, amount: wei(COIN) }),
    depositFor(treasury, { account: who, amount: bond }),
  ]
  for (const hash of await Promise.all(sent)) await waitForSuccess(treasury, hash)
}
