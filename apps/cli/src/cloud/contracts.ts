import { type Hex, type Seconds, seconds } from '@millrace/base'
import {
  type ContractAddresses,
  createReadClient,
  passProposal,
  readGovernance,
  readParameters,
  setParameter,
  setParameterCall,
  type WriteClient,
  waitForSuccess,
} from '@millrace/chain'
import type { CloudFile } from '../home/cloudFile.ts'
import { contractsOf } from '../home/connectCloud.ts'

/** The contracts of an earlier start, if the chain still has them. */
export async function findContracts(
  { rpcUrl, chainId }: { rpcUrl: string; chainId: number },
  earlier: CloudFile | undefined,
): Promise<ContractAddresses | undefined> {
  if (earlier === undefined || earlier.chainId !== chainId) return undefined
  const contracts = contractsOf(earlier)
  const chain = createReadClient({ rpcUrl, chainId, contracts })
  const codes = await Promise.all(
    Object.values(contracts).map((at) => chain.rpc<Hex>('eth_getCode', [at, 'latest'])),
  )
  return codes.every((code) => code !== '0x') ? contracts : undefined
}

/**
 * A local cloud settles in seconds, so refunds of expired deals need not wait for an hour. While the key that made the
 * contracts governs them it sets the number itself; later it takes a vote, which the treasury alone can carry.
 */
export async function setSettleWindow(treasury: WriteClient, wanted: Seconds): Promise<void> {
  const { settleWindowSec } = await readParameters(treasury)
  if (settleWindowSec === wanted) return
  const parameter = { name: 'settleWindowSec', value: BigInt(wanted) } as const
  const { parametersGovernor } = await readGovernance(treasury)
  if (parametersGovernor === treasury.address) {
    await waitForSuccess(treasury, await setParameter(treasury, parameter))
    return
  }
  const calls = [setParameterCall(treasury.contracts, parameter)]
  const description = `The settle window of this cloud is ${wanted} s since ${treasury.clock.nowMs()}.`
  await passProposal(treasury, { calls, description })
}

/** Shortest and longest that the contracts accept. */
export const SETTLE_WINDOW: { least: Seconds; most: Seconds } = {
  least: seconds(60),
  most: seconds(604_800),
}
