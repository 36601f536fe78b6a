import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Address, address, type Hex, type OrderHash } from '@millrace/base'
import { type Receipt, type WriteClient, waitForSuccess } from '@millrace/chain'
import { type Abi, decodeFunctionResult, encodeDeployData, encodeFunctionData } from 'viem'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const SOURCE = 'examples/dapp/PrimeCounter.sol'
const ARTIFACT = `${ROOT}contracts/out/PrimeCounter.sol/PrimeCounter.json`
const STATUS = ['none', 'asked', 'answered', 'failed'] as const

export type Question = { from: bigint; to: bigint; deadlineSec: number }

/** The contract of docs/guides/dapp.md on a chain, as its author uses it. */
export type PrimeCounter = {
  at: Address
  abi: Abi
  askData(question: Question): Hex
  /** Asks, and says what the question is called. */
  ask(question: Question): Promise<OrderHash>
  /** While paused it refuses every callback. */
  setPaused(isPaused: boolean): Promise<void>
  questionOf(request: Hex): Promise<{ status: (typeof STATUS)[number]; count: bigint }>
}

export type PrimeCounterParameters = {
  /** The app `primes`, or what plays it. */
  app: Address
  maxPrice: bigint
  minOdds: bigint
}

/** Compiles the contract and deploys it; it has no money yet. */
export async function deployPrimeCounter(
  author: WriteClient,
  { app, maxPrice, minOdds }: PrimeCounterParameters,
): Promise<PrimeCounter> {
  const { abi, bytecode } = compile()
  const { market, deliveries } = author.contracts
  const args = [market, deliveries, app, maxPrice, minOdds]
  const data = encodeDeployData({ abi, bytecode, args })
  const intent = { to: undefined, data, value: 0n, label: 'deploy PrimeCounter' }
  const { contractAddress } = await waitForSuccess(author, await author.send(intent))
  const at = address(contractAddress ?? '')
  const send = async (data: Hex): Promise<Receipt> =>
    waitForSuccess(author, await author.send({ to: at, data, value: 0n, label: 'PrimeCounter' }))
  const askData = ({ from, to, deadlineSec }: Question): Hex =>
    encodeFunctionData({ abi, functionName: 'ask', args: [from, to, deadlineSec] })
  return {
    at,
    abi,
    askData,
    ask: async (question) => requestOf(author, at, await send(askData(question))),
    setPaused: async (isPaused) => {
      await send(encodeFunctionData({ abi, functionName: 'setPaused', args: [isPaused] }))
    },
    questionOf: async (request) => {
      const call = { abi, functionName: 'questionOf', args: [request] }
      const asked = { to: at, data: encodeFunctionData(call) }
      const data = await author.rpc<Hex>('eth_call', [asked, 'latest'])
      const found = decodeFunctionResult({ ...call, data }) as [bigint, bigint, number, bigint]
      return { status: STATUS[found[2]] ?? 'none', count: found[3] }
    },
  }
}

function compile(): { abi: Abi; bytecode: Hex } {
  execFileSync(process.execPath, ['scripts/forge.ts', 'build', SOURCE], {
    cwd: ROOT,
    stdio: 'ignore',
  })
  const { abi, bytecode } = JSON.parse(readFileSync(ARTIFACT, 'utf8'))
  return { abi, bytecode: bytecode.object }
}

/** All that the contract logs of a question has the request's hash as its first topic. */
async function requestOf(
  { rpc }: WriteClient,
  at: Address,
  { txHash }: Receipt,
): Promise<OrderHash> {
  type Logs = { logs: { address: Hex; topics: Hex[] }[] }
  const { logs } = await rpc<Logs>('eth_getTransactionReceipt', [txHash])
  const asked = logs.findLast(({ address }) => address.toLowerCase() === at)
  const [, request] = asked?.topics ?? []
  if (request === undefined) throw new RangeError(`no question in ${txHash}`)
  return request as OrderHash
}
