import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Address, address, type Hex, wei } from '@millrace/base'
import {
  approveToken,
  createWriteClient,
  depositFor,
  memoryOutboxStore,
  type WriteClient,
  waitForSuccess,
} from '@millrace/chain'
import { type Client, createClient, listApps, listDeals, textOfAd, walletOf } from '@millrace/sdk'
import { type Abi, decodeFunctionResult, encodeDeployData, encodeFunctionData } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type CloudUnderTest, startCloudUnderTest, until } from './chaos/cloudUnderTest.ts'

// The contract of docs/guides/dapp.md on a whole cloud: it asks, strangers' workers compute, it is called back.

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const UNIT = 10n ** 18n
const ending = new AbortController()
let cloud: CloudUnderTest
let author: Client
let counter: Address
let abi: Abi

beforeAll(async () => {
  execFileSync(process.execPath, ['scripts/forge.ts', 'build', 'examples/dapp/PrimeCounter.sol'], {
    cwd: ROOT,
    stdio: 'ignore',
  })
  cloud = await startCloudUnderTest({ flags: ['--settle-window', '30m'] })
  author = await anAuthor()
  counter = await deployCounter(author)
}, 300_000)
afterAll(async () => {
  ending.abort()
  await cloud.stop()
})

// What one story leaves behind must not fail the next.
afterEach(() => send('setPaused', [false]))

async function anAuthor(): Promise<Client> {
  const account = privateKeyToAccount(generatePrivateKey())
  await cloud.ask(['wallet', 'fund', '100', '--to', account.address])
  return createClient({
    apiUrl: cloud.facts().apiUrl,
    wallet: ({ rpcUrl, chainId, contracts }) =>
      createWriteClient({
        ...{ rpcUrl, chainId, contracts, account },
        outbox: memoryOutboxStore(),
        signal: ending.signal,
      }),
    signal: ending.signal,
  })
}

/** Deployed with money of its own in escrow: 90 % trust, at most a coin for app and pool each. */
async function deployCounter(client: Client): Promise<Address> {
  const path = `${ROOT}/contracts/out/PrimeCounter.sol/PrimeCounter.json`
  const artifact = JSON.parse(readFileSync(path, 'utf8')) as { abi: Abi; bytecode: { object: Hex } }
  abi = artifact.abi
  const wallet = walletOf(client)
  const { market, deliveries, escrow } = wallet.contracts
  const primes = (await listApps(client)).find(({ ad }) => textOfAd(ad, 'Name') === 'primes')
  const args = [market, deliveries, primes?.asset, UNIT, 9n * UNIT]
  const data = encodeDeployData({ abi, bytecode: artifact.bytecode.object, args })
  const intent = { to: undefined, data, value: 0n, label: 'deploy PrimeCounter' }
  const { contractAddress } = await waitForSuccess(wallet, await wallet.send(intent))
  const at = address(contractAddress ?? '')
  await waitForSuccess(
    wallet,
    await approveToken(wallet, { spender: escrow, amount: wei(50n * UNIT) }),
  )
  await waitForSuccess(wallet, await depositFor(wallet, { account: at, amount: wei(50n * UNIT) }))
  return at
}

async function send(functionName: string, args: readonly unknown[]): Promise<void> {
  const wallet: WriteClient = walletOf(author)
  const data = encodeFunctionData({ abi, functionName, args })
  await waitForSuccess(
    wallet,
    await wallet.send({ to: counter, data, value: 0n, label: functionName }),
  )
}

/** Asks and says what the question is called. */
async function ask(from: bigint, to: bigint, deadlineSec: number): Promise<Hex> {
  const call = { abi, functionName: 'ask', args: [from, to, deadlineSec] }
  const data = await author.chain.rpc<Hex>('eth_call', [
    { from: walletOf(author).address, to: counter, data: encodeFunctionData(call) },
    'latest',
  ])
  await send('ask', [from, to, deadlineSec])
  // The order holds the time of its block: the name that the call foretold may be another.
  const foretold = decodeFunctionResult({ ...call, data }) as unknown as Hex
  const [asked] = (await logsOf('Asked')).slice(-1)
  return asked ?? foretold
}

async function logsOf(name: string): Promise<Hex[]> {
  const event = abi.find((item) => item.type === 'event' && item.name === name)
  if (event === undefined) throw new RangeError(`no event ${name}`)
  const { toEventSelector } = await import('viem')
  const topics = [toEventSelector(event as never)]
  const logs = await author.chain.rpc<{ topics: Hex[] }[]>('eth_getLogs', [
    { address: counter, topics, fromBlock: '0x0', toBlock: 'latest' },
  ])
  return logs.flatMap((log) => log.topics.slice(1, 2))
}

async function questionOf(requestHash: Hex) {
  const call = { abi, functionName: 'questionOf', args: [requestHash] }
  const data = await author.chain.rpc<Hex>('eth_call', [
    { to: counter, data: encodeFunctionData(call) },
    'latest',
  ])
  const [, , status, count] = decodeFunctionResult({ ...call, data }) as unknown as bigint[]
  return { status: ['none', 'asked', 'answered', 'failed'][Number(status)], count }
}

const becomes = (requestHash: Hex, status: string, timeoutMs = 60_000): Promise<void> =>
  until(
    `the question is ${status}`,
    async () => (await questionOf(requestHash)).status === status,
    {
      timeoutMs,
      everyMs: 100,
    },
  )

async function dealOf(requestHash: Hex): Promise<string | undefined> {
  const [deal] = await listDeals(author, { requestHash: requestHash as never })
  return deal?.dealId
}

describe('a contract that buys a computation', () => {
  it('is tried before anything is sent, with the program run here', async () => {
    const args = [1000n, 1999n, 3600]
    const data = encodeFunctionData({ abi, functionName: 'ask', args })
    type Found = {
      callback: { isCalled: boolean; reason?: string }
      result: { content: Hex }
    }
    const found = await cloud.ask<Found>(['dapp', 'simulate', counter, data])
    expect(found.callback.isCalled).toBe(true)
    expect(Buffer.from(found.result.content.slice(2), 'hex').toString()).toBe(
      '135 primes from 1000 to 1999\n',
    )
    const refused = await cloud.millrace(['dapp', 'simulate', counter, data, '--prints', 'none'])
    expect(refused.code).toBe(1)
    expect(await logsOf('Asked')).toEqual([])
  })

  it('asks on chain and gets its answer, without anybody but the cloud', async () => {
    const question = await ask(1000n, 1999n, 600)
    await becomes(question, 'answered')
    expect(await questionOf(question)).toEqual({ status: 'answered', count: 135n })
  })

  it('that fails when it is called back is called again once it can', async () => {
    await send('setPaused', [true])
    const question = await ask(2000n, 2999n, 600)
    await until('the task has settled', async () => {
      const [deal] = await listDeals(author, { requestHash: question as never })
      return deal?.settled === 1
    })
    const deal = (await dealOf(question)) ?? ''
    const nothing = await cloud.millrace(['dapp', 'retry', deal, '0'])
    expect(nothing.stderr).toContain('docs/errors/nothing-waits.md')
    const tried = await cloud.millrace(['dapp', 'deliver', deal, '0'])
    expect(tried.code).toBe(1)
    const forced = await cloud.millrace(['dapp', 'deliver', deal, '0', '--force', '--json'])
    expect(JSON.parse(forced.stdout).sent).toMatchObject({ isCalled: false, kind: 'deliver' })
    expect((await questionOf(question)).status).toBe('asked')
    await send('setPaused', [false])
    // Either of them: the courier tries by itself, and what is called twice is called once.
    await cloud.millrace(['dapp', 'retry', deal, '0'])
    await becomes(question, 'answered')
    expect(await questionOf(question)).toEqual({ status: 'answered', count: 127n })
  })

  it('is served after all of the cloud was killed in between', async () => {
    const question = await ask(3000n, 3999n, 600)
    await cloud.killAll()
    await cloud.startAgain()
    await becomes(question, 'answered', 120_000)
    expect(await questionOf(question)).toEqual({ status: 'answered', count: 120n })
  })
})
