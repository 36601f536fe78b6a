import {
  appealsBytecode,
  catalogBytecode,
  claimsBytecode,
  classAdsBytecode,
  commitRevealSourceBytecode,
  deliveriesBytecode,
  escrowBytecode,
  fairExchangeBytecode,
  jurorsBytecode,
  marketBytecode,
  millraceGovernorBytecode,
  parametersBytecode,
  prevrandaoSourceBytecode,
  registryBytecode,
  revealsBytecode,
  servicesBytecode,
  spotChecksBytecode,
  standingBytecode,
  timelockBytecode,
  tokenBytecode,
  workBytecode,
} from '@millrace/abi/bytecode'
import {
  type Address,
  address,
  BaseError,
  type Hex,
  type Seconds,
  type TxHash,
  type Wei,
  wei,
  ZERO_ADDRESS,
} from '@millrace/base'
import { type Abi, encodeDeployData, getContractAddress } from 'viem'
import { ABIS, type ContractAddresses, type ContractName } from '../client/contracts.ts'
import type { WriteClient } from '../client/writeClient.ts'
import { waitForSuccess } from '../receipts/waitForReceipt.ts'
import { type GovernanceRules, PUBLIC_RULES } from './governanceRules.ts'

export type DeployContractsParameters = {
  /** Gets all tokens; default the sender. */
  holder?: Address
  /** Base units of the new token; default a thousand million tokens. */
  supply?: Wei
  /** May set parameters, until it hands over to the timelock; default the sender. */
  governor?: Address
  /** How token holders decide; default {@link PUBLIC_RULES}. */
  rules?: GovernanceRules
  /** Where juries get their chance from; default {@link PREVRANDAO}. */
  chance?: Chance
  signal?: AbortSignal
}

/**
 * Chance of juries: prevrandao of a block after the asking, or, on a chain that has none, secrets that seats commit
 * to and reveal, `phaseSec` for each of the two. Both must fit in a step of an appeal.
 */
export type Chance =
  | { from: 'prevrandao'; delayBlocks: number }
  | { from: 'secrets'; phaseSec: Seconds }

/** A chain of one block producer knows nothing ahead. */
export const PREVRANDAO: Chance = { from: 'prevrandao', delayBlocks: 2 }

/** Something else was sent from the account meanwhile, so contracts do not know each other. */
export class DeploymentDisturbedError extends BaseError {
  readonly code = 'DEPLOYMENT_DISTURBED'
  constructor(meta: { contract: string; expected: Address; found: Address | undefined }) {
    super(
      `The contract ${meta.contract} went to ${meta.found}, but the others expect it at ${meta.expected}.`,
      {
        meta,
        hints: ['Deploy again, and send nothing else from the account meanwhile.'],
        docs: 'deployment-disturbed',
      },
    )
  }
}

const SUPPLY = wei(10n ** 27n)
/** For the source that a set does not use. */
const UNUSED = { delayBlocks: 2, phaseSec: 3600 }
// The order of nonces; contracts that need a later one get its future address.
const ORDER = [
  'token',
  'parameters',
  'escrow',
  'registry',
  'standing',
  'market',
  'work',
  'timelock',
  'governor',
  'catalog',
  'fairExchange',
  'services',
  'classAds',
  'jurors',
  'prevrandaoSource',
  'commitRevealSource',
  'appeals',
  'spotChecks',
  'reveals',
  'claims',
  'deliveries',
] as const satisfies readonly ContractName[]

const BYTECODE: Record<ContractName, Hex> = {
  token: tokenBytecode,
  parameters: parametersBytecode,
  escrow: escrowBytecode,
  registry: registryBytecode,
  standing: standingBytecode,
  market: marketBytecode,
  work: workBytecode,
  timelock: timelockBytecode,
  governor: millraceGovernorBytecode,
  catalog: catalogBytecode,
  fairExchange: fairExchangeBytecode,
  services: servicesBytecode,
  classAds: classAdsBytecode,
  jurors: jurorsBytecode,
  prevrandaoSource: prevrandaoSourceBytecode,
  commitRevealSource: commitRevealSourceBytecode,
  appeals: appealsBytecode,
  spotChecks: spotChecksBytecode,
  reveals: revealsBytecode,
  claims: claimsBytecode,
  deliveries: deliveriesBytecode,
}

/**
 * Deploys a set of contracts that know each other. The client's own `contracts` are not used;
 * {@link NO_CONTRACTS} will do.
 *
 * @throws {DeploymentDisturbedError} `DEPLOYMENT_DISTURBED`
 */
export async function deployContracts(
  client: WriteClient,
  {
    holder = client.address,
    supply = SUPPLY,
    governor = client.address,
    rules = PUBLIC_RULES,
    chance = PREVRANDAO,
    signal,
  }: DeployContractsParameters = {},
): Promise<ContractAddresses> {
  const nonce = Number(
    await client.rpc<Hex>('eth_getTransactionCount', [client.address, 'pending']),
  )
  const contracts = Object.fromEntries(
    ORDER.map((name, i) => {
      const at = getContractAddress({ from: client.address, nonce: BigInt(nonce + i) })
      return [name, address(at)]
    }),
  ) as Record<ContractName, Address>
  const { token, parameters, escrow, registry, standing, market, work, timelock } = contracts
  const { fairExchange, services, reveals, claims } = contracts
  const { jurors, prevrandaoSource, commitRevealSource, appeals, spotChecks } = contracts
  const { delayBlocks, phaseSec } = { ...UNUSED, ...chance }
  const isSecret = chance.from === 'secrets'
  const args: Record<ContractName, readonly unknown[]> = {
    token: [holder, supply],
    parameters: [governor],
    escrow: [token, market, work, standing, appeals, fairExchange, services, jurors],
    registry: [],
    standing: [escrow, parameters, work, appeals, spotChecks],
    market: [escrow, registry, parameters, work, appeals, contracts.classAds, claims],
    work: [market, standing, escrow, registry, parameters, reveals],
    timelock: [rules.timelockSec, contracts.governor],
    governor: [token, timelock, rules],
    catalog: [parameters, rules.reviewSec],
    fairExchange: [escrow],
    services: [escrow],
    classAds: [],
    jurors: [escrow, parameters, standing, appeals, isSecret ? commitRevealSource : ZERO_ADDRESS],
    prevrandaoSource: [delayBlocks],
    commitRevealSource: [jurors, parameters, phaseSec],
    appeals: [
      ...[market, work, standing, escrow, parameters, jurors],
      isSecret ? commitRevealSource : prevrandaoSource,
    ],
    spotChecks: [registry, work, standing],
    reveals: [parameters, work, standing],
    claims: [work, reveals, market, registry],
    deliveries: [market, work, appeals],
  }
  const hashes: TxHash[] = []
  for (const name of ORDER) {
    // Its constructor asks the token how many there are.
    if (name === 'governor') await waitForSuccess(client, hashes[0] as TxHash, { signal })
    const deployment = { abi: ABIS[name] as Abi, bytecode: BYTECODE[name], args: args[name] }
    const intent = { to: undefined, data: encodeDeployData(deployment), value: 0n }
    hashes.push(await client.send({ ...intent, label: `deploy ${name}` }, { signal }))
  }
  const receipts = await Promise.all(hashes.map((hash) => waitForSuccess(client, hash, { signal })))
  for (const [i, name] of ORDER.entries()) {
    const found = receipts[i]?.contractAddress
    const expected = contracts[name]
    if (found !== expected) throw new DeploymentDisturbedError({ contract: name, expected, found })
  }
  return contracts
}
