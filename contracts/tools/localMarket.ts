import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import {
  appealsAbi,
  claimsAbi,
  classAdsAbi,
  deliveriesAbi,
  escrowAbi,
  fairExchangeAbi,
  jurorsAbi,
  marketAbi,
  parametersAbi,
  prevrandaoSourceAbi,
  registryAbi,
  revealsAbi,
  servicesAbi,
  spotChecksAbi,
  standingAbi,
  tokenAbi,
  workAbi,
} from '@millrace/abi'
import {
  appealsBytecode,
  claimsBytecode,
  classAdsBytecode,
  deliveriesBytecode,
  escrowBytecode,
  fairExchangeBytecode,
  jurorsBytecode,
  marketBytecode,
  parametersBytecode,
  prevrandaoSourceBytecode,
  registryBytecode,
  revealsBytecode,
  servicesBytecode,
  spotChecksBytecode,
  standingBytecode,
  tokenBytecode,
  workBytecode,
} from '@millrace/abi/bytecode'
import { type Address, type Hex, type Hex32, ZERO_ADDRESS } from '@millrace/base'
import type { ProtocolDomain } from '@millrace/protocol'
import {
  type Abi,
  createTestClient,
  decodeErrorResult,
  encodeDeployData,
  encodeFunctionData,
  getContractAddress,
  http,
  publicActions,
  type TransactionReceipt,
  walletActions,
} from 'viem'
import { foundry } from 'viem/chains'
import { type Actor, actorOf } from './actors.ts'

export const ABIS = {
  token: tokenAbi,
  parameters: parametersAbi,
  escrow: escrowAbi,
  registry: registryAbi,
  standing: standingAbi,
  market: marketAbi,
  work: workAbi,
  classAds: classAdsAbi,
  fairExchange: fairExchangeAbi,
  services: servicesAbi,
  reveals: revealsAbi,
  claims: claimsAbi,
  jurors: jurorsAbi,
  prevrandaoSource: prevrandaoSourceAbi,
  appeals: appealsAbi,
  spotChecks: spotChecksAbi,
  deliveries: deliveriesAbi,
} as const satisfies Record<string, Abi>

const BYTECODES: Record<keyof typeof ABIS, Hex> = {
  token: tokenBytecode,
  parameters: parametersBytecode,
  escrow: escrowBytecode,
  registry: registryBytecode,
  standing: standingBytecode,
  market: marketBytecode,
  work: workBytecode,
  classAds: classAdsBytecode,
  fairExchange: fairExchangeBytecode,
  services: servicesBytecode,
  reveals: revealsBytecode,
  claims: claimsBytecode,
  jurors: jurorsBytecode,
  prevrandaoSource: prevrandaoSourceBytecode,
  appeals: appealsBytecode,
  spotChecks: spotChecksBytecode,
  deliveries: deliveriesBytecode,
}

export type ContractName = keyof typeof ABIS
export type Contracts = Record<ContractName, Address>

/** A call that a contract refused, with the error it gave. */
export class Refused extends Error {
  readonly errorName: string
  readonly args: readonly unknown[]
  constructor(errorName: string, args: readonly unknown[]) {
    super(`${errorName}(${args.map(String).join(', ')})`)
    this.name = 'Refused'
    this.errorName = errorName
    this.args = args
  }
}

export const SUPPLY = 10n ** 27n
const require = createRequire(new URL('../../packages/chain/package.json', import.meta.url))

/** Anvil with the contracts, for tools and model tests; nothing of it outlives `stop`. */
export async function startLocalMarket() {
  const { url, child } = await startAnvil()
  const client = createTestClient({
    chain: foundry,
    mode: 'anvil',
    transport: http(url),
    pollingInterval: 5,
  })
    .extend(publicActions)
    .extend(walletActions)
  const deployer = actorOf('deployer')
  await client.setBalance({ address: deployer.address, value: 10n ** 21n })

  /** Sends and mines at once; a transaction that reverts throws {@link Refused}. */
  const send = async (from: Actor, to: Address | null, data: Hex): Promise<TransactionReceipt> => {
    const request = { account: from.account, to, data, gas: 15_000_000n, maxFeePerGas: 10n ** 10n }
    const hash = await client.sendTransaction({ ...request, maxPriorityFeePerGas: 0n })
    await client.mine({ blocks: 1 })
    const receipt = await client.getTransactionReceipt({ hash })
    if (receipt.status === 'success') return receipt
    // It left nothing behind, so that at the same block the same call is refused for the same reason.
    throw await refusal(() => client.call({ ...request, blockNumber: receipt.blockNumber }))
  }

  const contracts = await deploy(deployer, (data) => send(deployer, null, data))

  return {
    client,
    contracts,
    deployer,
    send,
    marketDomain: domainOf(contracts.market),
    workDomain: domainOf(contracts.work),
    write: (from: Actor, contract: ContractName, functionName: string, args: readonly unknown[]) =>
      send(from, contracts[contract], encode(contract, functionName, args)),
    read: <T>(contract: ContractName, functionName: string, args: readonly unknown[] = []) =>
      client.readContract({
        address: contracts[contract],
        abi: ABIS[contract] as Abi,
        functionName,
        args,
      }) as Promise<T>,
    stop: () => {
      child.kill('SIGKILL')
    },
  }
}

export type LocalMarket = Awaited<ReturnType<typeof startLocalMarket>>

function encode(contract: ContractName, functionName: string, args: readonly unknown[]): Hex {
  return encodeFunctionData({ abi: ABIS[contract] as Abi, functionName, args })
}

/** In the order of contracts/README.md, from an account that has sent nothing yet. */
async function deploy(
  { address }: Actor,
  create: (data: Hex) => Promise<TransactionReceipt>,
): Promise<Contracts> {
  const names = Object.keys(ABIS) as ContractName[]
  const at = Object.fromEntries(
    names.map((name, nonce) => [
      name,
      getContractAddress({ from: address, nonce: BigInt(nonce) }).toLowerCase(),
    ]),
  ) as Contracts
  const args: Record<ContractName, readonly unknown[]> = {
    token: [address, SUPPLY],
    parameters: [address],
    escrow: [
      at.token,
      at.market,
      at.work,
      at.standing,
      at.appeals,
      at.fairExchange,
      at.services,
      at.jurors,
    ],
    registry: [],
    standing: [at.escrow, at.parameters, at.work, at.appeals, at.spotChecks],
    market: [at.escrow, at.registry, at.parameters, at.work, at.appeals, at.classAds, at.claims],
    work: [at.market, at.standing, at.escrow, at.registry, at.parameters, at.reveals],
    classAds: [],
    fairExchange: [at.escrow],
    services: [at.escrow],
    reveals: [at.parameters, at.work, at.standing],
    claims: [at.work, at.reveals, at.market, at.registry],
    jurors: [at.escrow, at.parameters, at.standing, at.appeals, ZERO_ADDRESS],
    prevrandaoSource: [2],
    appeals: [
      at.market,
      at.work,
      at.standing,
      at.escrow,
      at.parameters,
      at.jurors,
      at.prevrandaoSource,
    ],
    spotChecks: [at.registry, at.work, at.standing],
    deliveries: [at.market, at.work, at.appeals],
  }
  for (const name of names) {
    const [abi, bytecode] = [ABIS[name] as Abi, BYTECODES[name]]
    await create(encodeDeployData({ abi, bytecode, args: args[name] }))
  }
  return at
}

function domainOf(verifyingContract: Address): ProtocolDomain {
  return { chainId: foundry.id, verifyingContract }
}

async function refusal(call: () => Promise<unknown>): Promise<Error> {
  try {
    await call()
  } catch (error) {
    const data = revertData(error)
    if (data === undefined) return error as Error
    const { errorName, args = [] } = decodeErrorResult({
      abi: Object.values(ABIS).flat() as Abi,
      data,
    })
    return new Refused(errorName, args)
  }
  return new Error('reverted in a block, but not when called again')
}

function revertData(error: unknown): Hex32 | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { data } = cause as { data?: unknown }
    if (typeof data === 'string' && data.startsWith('0x')) return data as Hex32
  }
  return undefined
}

function startAnvil(): Promise<{ url: string; child: ChildProcess }> {
  const cpu = process.arch === 'x64' ? 'amd64' : process.arch
  const program = require.resolve(`@foundry-rs/anvil-${process.platform}-${cpu}/bin/anvil`)
  // Always the same time, so that the same calls cost the same.
  const args = ['--port', '0', '--accounts', '0', '--no-mining', '--timestamp', '1800000000']
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  process.once('exit', () => child.kill('SIGKILL'))
  return new Promise((resolve, reject) => {
    let text = ''
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`anvil ended with ${code} before it listened`)))
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const port = /Listening on 127\.0\.0\.1:(\d+)/.exec(text)?.[1]
      if (port !== undefined) resolve({ url: `http://127.0.0.1:${port}`, child })
    })
  })
}
