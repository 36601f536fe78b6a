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

/** Times that a cloud is started with. */
export type CloudTimes = { settleWindowSec: Seconds; appealStepSec: Seconds }

/**
 * A local cloud settles in seconds, so refunds of expired deals need not wait for an hour. While the key that made the
 * contracts governs them it sets the numbers itself; later it takes a vote, which the treasury alone can carry.
 */
export async function setTimes(treasury: WriteClient, wanted: CloudTimes): Promise<void> {
  const parameters = changesTo(wanted, await readParameters(treasury))
  if (parameters.length === 0) return
  const { parametersGovernor } = await readGovernance(treasury)
  if (parametersGovernor === treasury.address) {
    for (const parameter of parameters)
      await waitForSuccess(treasury, await setParameter(treasury, parameter))
    return
  }
  const calls = parameters.map((parameter) => setParameterCall(treasury.contracts, parameter))
  const { settleWindowSec, appealStepSec } = wanted
  const description = `Of this cloud the settle window is ${settleWindowSec} s and a step of an appeal ${appealStepSec} s since ${treasury.clock.nowMs()}.`
  await passProposal(treasury, { calls, description })
}

type Change = { name: 'settleWindowSec' | 'revealWindowSec' | 'appealStepSec'; value: bigint }

function changesTo({ settleWindowSec, appealStepSec }: CloudTimes, now: CloudTimes): Change[] {
  const changes: Change[] = []
  if (appealStepSec !== now.appealStepSec)
    changes.push({ name: 'appealStepSec', value: BigInt(appealStepSec) })
  if (settleWindowSec === now.settleWindowSec) return changes
  // The reveal window stays a fifth of it, and is always the shorter one: so the one that shrinks goes first.
  const settle: Change = { name: 'settleWindowSec', value: BigInt(settleWindowSec) }
  const reveal: Change = { name: 'revealWindowSec', value: revealWindowOf(settleWindowSec) }
  const windows = settleWindowSec < now.settleWindowSec ? [reveal, settle] : [settle, reveal]
  return [...changes, ...windows]
}

/**
 * Not under the 30 s that the contracts want, and short: money of a job that failed is locked for it and a minute more,
 * while workers of a local cloud are back in seconds.
 */
const revealWindowOf = (settleWindowSec: Seconds): bigint => {
  const fifth = BigInt(settleWindowSec) / 5n
  return fifth < 30n ? 30n : fifth
}

/** Shortest and longest that the contracts accept. */
export const SETTLE_WINDOW: { least: Seconds; most: Seconds } = {
  least: seconds(60),
  most: seconds(604_800),
}
export const APPEAL_STEP: { least: Seconds; most: Seconds } = {
  least: seconds(10),
  most: seconds(1_209_600),
}
