import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createWriteClient } from '@millrace/chain'
import { sqliteOutboxStore } from '@millrace/chain/outbox'
import { type CourierJournal, createClient, runCourier } from '@millrace/sdk'
import { privateKeyToAccount } from 'viem/accounts'
import { writeFileSafely } from '../home/writeFileSafely.ts'
import { nativeSha256 } from '../jobs/saveResults.ts'
import type { ServiceDeps } from './runService.ts'
import type { PoolServiceConfig } from './serviceConfig.ts'

/**
 * Serves contracts that buy computations beside the pool, with an account of its own: the pool's transactions
 * never wait for a callback. Ends with the signal; what it was doing is on chain and in its outbox.
 */
export async function startCourier(
  { rpcUrl, chainId, contracts, apiUrl, storageUrl, dir, courierKey }: PoolServiceConfig,
  { signal, log, clock, random }: ServiceDeps,
): Promise<void> {
  const home = join(dir, 'courier')
  mkdirSync(home, { recursive: true })
  const outbox = sqliteOutboxStore(join(home, 'outbox.db'), { clock })
  const account = privateKeyToAccount(courierKey)
  const client = await createClient({
    apiUrl,
    info: { rpcUrl, chainId, contracts, storageUrl },
    wallet: () =>
      createWriteClient({
        rpcUrl,
        chainId,
        contracts,
        account,
        outbox,
        clock,
        random,
        log,
        signal,
      }),
    sha256: nativeSha256,
    clock,
    random,
    signal,
  })
  const journal = fileJournal(join(home, 'journal.json'))
  try {
    await runCourier(client, { journal, log: log.child({ part: 'courier' }), signal })
  } finally {
    outbox.close()
  }
}

/** One number in a file. A file that cannot be read means the first block: nothing is done twice for it. */
function fileJournal(path: string): CourierJournal {
  return {
    load: () => {
      const block = existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0
      return Number.isInteger(block) && block > 0 ? block : 0
    },
    save: (block) => writeFileSafely(path, `${block}\n`),
  }
}
