import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Hex32, unixSeconds, type Wei, wei } from '@millrace/base'
import {
  acceptFile,
  finishFile,
  offerFile,
  readAccount,
  revealKey,
  waitForSuccess,
} from '@millrace/chain'
import { fileOfferId, keyCommitmentOf } from '@millrace/protocol'
import {
  type Client,
  checkSealed,
  depositCoins,
  type FileSale,
  findFileSale,
  listFileSales,
  openSealed,
  publishDataset,
  readFileKey,
  revealFileKey,
  sealFile,
  sellFile,
  waitForSale,
  walletOf,
} from '@millrace/sdk'
import { memoryBlobStore } from '@millrace/storage/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CloudUnderTest, startCloudUnderTest, until } from './chaos/cloudUnderTest.ts'
import { aStranger } from './chaos/stranger.ts'

// Contributions that are no computations, over a whole cloud: a file and a data set of a stranger.

const UNIT = 10n ** 18n
const FILE = Uint8Array.from({ length: 1_000_003 }, (_, i) => (i * 13 + (i >> 10)) % 256)
const PRICES = new URL('../../catalogue/efast/example/prices.csv', import.meta.url)
const ending = new AbortController()
let cloud: CloudUnderTest
let stranger: Client

beforeAll(async () => {
  cloud = await startCloudUnderTest()
  stranger = await aStranger(cloud, { coins: 500, signal: ending.signal })
  await depositCoins(stranger, wei(400n * UNIT))
})
afterAll(async () => {
  ending.abort()
  await cloud.stop()
})

const sourceOf = (bytes: Uint8Array): AsyncIterable<Uint8Array> => ReadableStream.from([bytes])
const gainOf = async (client: Client): Promise<bigint> => {
  const { free, locked, maturing } = await readAccount(client.chain, walletOf(client).address)
  return free + locked + maturing
}
const saleInStage = async (offerId: string, stage: FileSale['stage']): Promise<FileSale> => {
  await until(`sale is ${stage}`, async () => {
    return (await findFileSale(stranger, offerId)).stage === stage
  })
  return findFileSale(stranger, offerId)
}

describe('a file', () => {
  it('of a stranger is listed, bought, opened and paid', async () => {
    const before = await gainOf(stranger)
    const price = wei(5n * UNIT)
    const { offerId } = await sellFile(stranger, { source: sourceOf(FILE), price })
    const { files } = await cloud.ask<{ files: { offer: string; stage: string }[] }>(['file', 'ls'])
    expect(files).toMatchObject([{ offer: offerId, stage: 'offered' }])
    const shown = await cloud.millrace(['file', 'show', offerId.slice(0, 10)])
    expect(shown.stdout).toMatch(/on sale[\s\S]*5[\s\S]*root of the file/)
    const buying = cloud.ask<{ path: string; outcome: string }>([
      ...['file', 'buy', offerId.slice(0, 12), '--out', 'bought.bin'],
    ])
    await revealFileKey(stranger, (await saleInStage(offerId, 'accepted')).terms)
    expect(await buying).toMatchObject({ outcome: 'sold' })
    expect(new Uint8Array(readFileSync(join(cloud.home, 'bought.bin')))).toEqual(FILE)
    expect((await gainOf(stranger)) - before).toBe(5n * UNIT)
    const after = await cloud.ask<{ files: unknown[] }>(['file', 'ls'])
    expect(after.files).toEqual([])
  })

  it('of ours is sold to a stranger, who opens it', async () => {
    writeFileSync(join(cloud.home, 'mine.bin'), FILE)
    const selling = cloud.ask<{ stage: string }>(['file', 'sell', 'mine.bin', '--price', '2'])
    const isOffered = ({ stage }: FileSale) => stage === 'offered'
    await until('it is on sale', async () => (await listFileSales(stranger)).some(isOffered))
    const sale = (await listFileSales(stranger)).find(isOffered) as FileSale
    const sealed = () => stranger.storage.read(sale.cid as string)
    await checkSealed(sealed(), sale.terms)
    const wallet = walletOf(stranger)
    await waitForSuccess(wallet, await acceptFile(wallet, sale))
    expect(await selling).toMatchObject({ stage: 'delivered' })
    await waitForSale(stranger, { ...sale, stage: 'accepted' })
    const key = await readFileKey(stranger, sale.offerId)
    if (key === undefined) throw new Error('no key')
    const parts: Uint8Array[] = []
    for await (const part of openSealed(sealed(), { ...sale, key })) parts.push(part)
    expect(new Uint8Array(Buffer.concat(parts))).toEqual(FILE)
  })

  it('is left alone, and its key shown when it is bought', async () => {
    const args = ['file', 'sell', 'mine.bin', '--price', '1', '--chunk', '16384', '--unsalted']
    const { offer } = await cloud.ask<{ offer: string }>([...args, '--detach'])
    const sale = await findFileSale(stranger, offer)
    expect(sale.terms).toMatchObject({ chunkBytes: 16_384, revealSec: 86_400 })
    const none = await cloud.millrace(['file', 'complain', offer])
    expect(none).toMatchObject({ code: 2, stderr: expect.stringMatching(/downloaded before/) })
    const wallet = walletOf(stranger)
    await waitForSuccess(wallet, await acceptFile(wallet, sale))
    const { stage } = await cloud.ask<{ stage: string }>(['file', 'reveal', offer])
    expect(stage).toBe('delivered')
    const sealed = join(cloud.home, 'mine.sealed')
    const limit = { maxBytes: 2 ** 21 }
    writeFileSync(sealed, await stranger.storage.getBytes(sale.cid as string, limit))
    const looked = await cloud.ask<{ complaint: boolean }>([
      ...['file', 'complain', offer, '--sealed', sealed],
    ])
    expect(looked.complaint).toBe(false)
    // Only the buyer may end it before its time.
    const early = await cloud.millrace(['file', 'finish', offer])
    expect(early).toMatchObject({ stderr: expect.stringMatching(/can be ended from/) })
    await waitForSuccess(wallet, await finishFile(wallet, sale))
    expect((await findFileSale(stranger, offer)).outcome).toBe('sold')
  })

  it('that opens to something else costs its seller the deposit, and the buyer nothing', async () => {
    const offerId = await aFileUnderTheWrongKey()
    const before = await gainOf(stranger)
    const buying = cloud.millrace(['file', 'buy', offerId, '--out', 'wrong.bin'])
    const { terms } = await saleInStage(offerId, 'accepted')
    const wallet = walletOf(stranger)
    await waitForSuccess(wallet, await revealKey(wallet, { terms, key: WRONG_KEY }))
    const { code, stdout } = await buying
    expect({ code, stdout }).toMatchObject({ code: 6, stdout: expect.stringMatching(/Upheld: 3/) })
    expect((await gainOf(stranger)) - before).toBe(-UNIT)
    const { files } = await cloud.ask<{ files: { offer: string; outcome?: string }[] }>([
      ...['file', 'ls', '--all'],
    ])
    expect(files.find(({ offer }) => offer === offerId)?.outcome).toBe('faulty')
  })

  it('is not paid for when the sealed bytes are not those of the offer', async () => {
    const { offerId } = await sellFile(stranger, { source: sourceOf(FILE), price: wei(UNIT) })
    writeFileSync(join(cloud.home, 'bent.bin.sealed'), 'something else')
    const { code, stderr } = await cloud.millrace(['file', 'buy', offerId, '--out', 'bent.bin'])
    expect(code).toBe(6)
    expect(stderr).toMatch(/offer says/)
    expect((await findFileSale(stranger, offerId)).stage).toBe('offered')
  })
})

const hex32 = (byte: string): Hex32 => `0x${byte.repeat(32)}` as Hex32
const WRONG_KEY = { secret: hex32('0b'), salt: hex32('0c') }

/** For 3 coins, with a deposit of 1: encrypted with another secret than the one committed to. */
async function aFileUnderTheWrongKey(): Promise<Hex32> {
  const { chainId, contracts } = stranger.chain
  const wallet = walletOf(stranger)
  const name = { seller: wallet.address, nonce: 99n }
  const offerId = fileOfferId({ ...name, chainId, verifyingContract: contracts.fairExchange })
  const key = { ...WRONG_KEY, secret: hex32('0a') }
  const sealed = sealFile(sourceOf(FILE), { offerId, key, chunkBytes: 4096 })
  const { cid } = await stranger.storage.put(sealed.bytes)
  const { terms: usual } = await sellFile(stranger, {
    source: sourceOf(FILE.subarray(0, 100)),
    price: wei(3n * UNIT),
    deposit: wei(UNIT) as Wei,
    buyer: wallet.address,
  })
  const terms = {
    ...usual,
    ...name,
    ...sealed.facts(),
    buyer: cloud.facts().accounts['requester'] ?? usual.buyer,
    keyCommitment: keyCommitmentOf(offerId, WRONG_KEY),
    acceptUntil: unixSeconds(Math.floor(Date.now() / 1000) + 3600),
  }
  await waitForSuccess(wallet, await offerFile(wallet, { terms, uri: `ipfs://${cid}` }))
  return offerId
}

describe('a data set', () => {
  it('of a stranger is read by the tasks of a deal, and paid for each of them', async () => {
    const lines = Array.from({ length: 500 }, (_, i) => `line ${i}`).join('\n')
    const { dataset } = await publishDataset(stranger, {
      name: 'lines',
      description: 'five hundred lines',
      source: sourceOf(new TextEncoder().encode(lines)),
      price: wei(UNIT / 4n),
    })
    await until('it is listed', async () => {
      const row = await listed(dataset)
      return row?.price === String(UNIT / 4n) && row.bytes === lines.length
    })
    const before = await gainOf(stranger)
    write('pick.js', "print(readText('/in/dataset').split('\\n')[Number(args[0])])\n")
    const run = ['run', './pick.js', '--array', '7-9', '--dataset', dataset, '--', '{i}']
    const { code, stdout, stderr } = await cloud.millrace(run)
    expect({ code, stderr }).toMatchObject({ code: 0 })
    expect(stdout).not.toBe('')
    const logs = await cloud.millrace(['job', 'logs'])
    expect(logs.stdout.trim().split('\n').sort()).toEqual([
      '[7] line 7',
      '[8] line 8',
      '[9] line 9',
    ])
    expect((await gainOf(stranger)) - before).toBe((3n * UNIT) / 4n)
    expect(stderr).toMatch(/data owner/)
    const { verified } = await cloud.ask<{ verified: boolean }>(['job', 'verify'])
    expect(verified).toBe(true)
  })

  it('of prices is read by efast for its advice, and paid for each of its tasks', async () => {
    const prices = readFileSync(PRICES)
    const { dataset } = await publishDataset(stranger, {
      name: 'daily prices',
      description: 'made up',
      source: sourceOf(new Uint8Array(prices)),
      price: wei(UNIT / 10n),
    })
    await until('it is listed', async () => (await listed(dataset))?.price !== undefined)
    const before = await gainOf(stranger)
    const args = ['--prices', 'dataset', '--part', '{i}', '--parts', '{n}', '--paths', '40']
    const run = ['run', 'efast', '--array', '0-3', '--dataset', dataset, '--out', 'advice']
    expect(await cloud.millrace([...run, '--', ...args])).toMatchObject({ code: 0 })
    expect((await gainOf(stranger)) - before).toBe((4n * UNIT) / 10n)
    const advice = JSON.parse(readFileSync(join(cloud.home, 'advice/advice.json'), 'utf8'))
    const weights = Object.values(advice.weights as Record<string, number>)
    expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 8)
    expect(Object.keys(advice.weights)).toContain('BONDS')
    expect(advice.futures).toMatchObject({ paths: 40, days: 252 })
    expect(readFileSync(join(cloud.home, 'advice/advice.png')).subarray(1, 4).toString()).toBe(
      'PNG',
    )
  })

  it('of ours is published by a command', async () => {
    write('table.csv', 'a,b\n1,2\n')
    const published = await cloud.ask<{ dataset: string; name: string }>([
      ...['dataset', 'publish', 'table.csv', '--price', '0.5'],
    ])
    expect(published).toMatchObject({ name: 'table.csv' })
    const again = await cloud.ask<{ dataset: string }>([
      ...['dataset', 'publish', 'table.csv', '--price', '0.5'],
    ])
    expect(again.dataset).toBe(published.dataset)
  })

  it('that its owner does not serve is refused before anything is bought', async () => {
    const lost = { ...stranger, storage: memoryBlobStore() }
    const { dataset } = await publishDataset(lost, {
      name: 'lost',
      description: 'its owner kept it',
      source: sourceOf(new TextEncoder().encode('nobody has this')),
      price: wei(UNIT),
    })
    const before = await gainOf(stranger)
    const args = ['run', 'primes', '--dataset', dataset, '--', '1', '2']
    expect(await cloud.millrace(args)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/whose bytes are in storage/),
    })
    expect(await gainOf(stranger)).toBe(before)
  })

  it('that does not exist is refused before anything is bought', async () => {
    const args = ['run', 'primes', '--dataset', `0x${'12'.repeat(20)}`, '--', '1', '2']
    expect(await cloud.millrace(args)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/registered data set/),
    })
  })
})

type Listed = { dataset: string; price?: string; bytes: number }
const listed = async (dataset: string): Promise<Listed | undefined> => {
  const { datasets } = await cloud.ask<{ datasets: Listed[] }>(['dataset', 'ls'])
  return datasets.find((row) => row.dataset === dataset)
}
const write = (name: string, text: string): void => writeFileSync(join(cloud.home, name), text)
