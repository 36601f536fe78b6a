import { type Address, type Logger, type Wei, wei } from '@millrace/base'
import type { WorkerChain } from './chainPort.ts'
import { BondUnaffordableError } from './errors.ts'

/**
 * Tops the worker's bond up to `wanted`, from its free balance and then from its wallet. Looks first:
 * a restart in between goes on where it stopped.
 *
 * @throws {BondUnaffordableError} `BOND_UNAFFORDABLE`
 */
export async function ensureBond(
  { chain, log }: { chain: WorkerChain; log: Logger },
  { worker, wanted }: { worker: Address; wanted: Wei },
): Promise<void> {
  if (wanted === 0n) return
  const { bond, free, tokens } = await chain.readFunds(worker)
  if (bond >= wanted) return
  const missing = wanted - bond
  if (free + tokens < missing)
    throw new BondUnaffordableError({ worker, bond, wanted, available: free + tokens })
  if (free < missing) await chain.deposit(wei(missing - free))
  await chain.bond(wei(missing))
  log.info('bond topped up', { worker, bond: `${wanted}`, added: `${missing}` })
}
