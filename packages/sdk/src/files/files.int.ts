import { type Hex32, wei } from '@millrace/base'
import {
  acceptFile,
  complainAboutFile,
  finishFile,
  offerFile,
  readAccount,
  revealKey,
  type WriteClient,
  waitForSuccess,
} from '@millrace/chain'
import {
  createChunkHasher,
  createFileTree,
  type FileKey,
  fileOfferId,
  judgeComplaint,
  keyCommitmentOf,
} from '@millrace/protocol'
import { memoryBlobStore } from '@millrace/storage/client'
import { startTestChain, type TestChain } from '@millrace/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Client, walletOf } from '../client.ts'
import { WrongChunkError } from '../errors.ts'
import { aTradingClient } from '../testing/tradingClient.ts'
import { checkSealed } from './checkSealed.ts'
import { type FileSale, findFileSale, readFileKey, waitForSale } from './fileSales.ts'
import { buildComplaint, openSealed } from './openSealed.ts'
import { sealedChunks } from './sealedChunks.ts'
import { sealFile } from './sealFile.ts'
import { revealFileKey, sellFile } from './sellFile.ts'

// Sales of files on a real chain, between a seller and a buyer that share nothing but it and storage.

const PRICE = wei(100n * 10n ** 18n)
const FILE = Uint8Array.from({ length: 300_001 }, (_, i) => (i * 7 + (i >> 9)) % 256)
const KEY: FileKey = {
  secret: `0x${'0a'.repeat(32)}` as Hex32,
  salt: `0x${'0b'.repeat(32)}` as Hex32,
}
const blobs = memoryBlobStore()
let chain: TestChain
let seller: Client
let buyer: Client

beforeAll(async () => {
  chain = await startTestChain()
  seller = aClient(await chain.account())
  buyer = aClient(await chain.account())
})
afterAll(() => chain.stop())

const aClient = (wallet: WriteClient): Client => aTradingClient(chain, blobs, wallet)

const sourceOf = (bytes: Uint8Array): AsyncIterable<Uint8Array> =>
  ReadableStream.from([bytes.subarray(0, 100_000), bytes.subarray(100_000)])
const done = async (client: Client, sent: Promise<Hex32>) =>
  waitForSuccess(walletOf(client), (await sent) as never)
const gainOf = async (client: Client): Promise<bigint> => {
  const { free, locked } = await readAccount(chain.read, walletOf(client).address)
  return free + locked - 1000n * 10n ** 18n
}

async function open(sale: FileSale): Promise<Uint8Array> {
  const key = await readFileKey(buyer, sale.offerId)
  if (key === undefined) throw new Error('no key')
  const parts: Uint8Array[] = []
  const source = blobs.read(sale.cid as string)
  for await (const part of openSealed(source, { ...sale, key })) parts.push(part)
  return new Uint8Array(Buffer.concat(parts))
}

it('a file is sold: checked, paid, opened, confirmed', async () => {
  const { offerId, cid } = await sellFile(seller, { source: sourceOf(FILE), price: PRICE })
  const sale = await findFileSale(buyer, offerId.slice(0, 10))
  expect(sale).toMatchObject({ offerId, cid, stage: 'offered', outcome: undefined })
  await checkSealed(blobs.read(cid), sale.terms)
  await done(buyer, acceptFile(walletOf(buyer), sale))
  const [accepted] = await Promise.all([
    waitForSale(seller, sale),
    expect(readFileKey(buyer, offerId)).resolves.toBeUndefined(),
  ])
  expect(accepted).toMatchObject({ stage: 'accepted', buyer: walletOf(buyer).address })
  await revealFileKey(seller, accepted.terms)
  const delivered = await waitForSale(buyer, accepted)
  expect(await open(delivered)).toEqual(FILE)
  await done(buyer, finishFile(walletOf(buyer), sale))
  expect(await findFileSale(buyer, offerId)).toMatchObject({ stage: 'ended', outcome: 'sold' })
  expect(await gainOf(seller)).toBe(100n * 10n ** 18n)
  expect(await gainOf(buyer)).toBe(-100n * 10n ** 18n)
})

it('an unsalted file shows the same plain root in every offer, and opens too', async () => {
  const sell = () =>
    sellFile(seller, {
      source: sourceOf(FILE),
      price: wei(10n),
      isSalted: false,
      chunkBytes: 16_384,
    })
  const [first, second] = [await sell(), await sell()]
  expect(first.terms.plainRoot).toBe(second.terms.plainRoot)
  expect(first.terms.root).not.toBe(second.terms.root)
  await done(buyer, acceptFile(walletOf(buyer), first))
  await revealFileKey(seller, first.terms)
  expect(await open(await findFileSale(buyer, first.offerId))).toEqual(FILE)
})

it('a wrong chunk is found, complained about, and paid for by the seller', async () => {
  const before = { seller: await gainOf(seller), buyer: await gainOf(buyer) }
  const sale = await aDishonestSale()
  await checkSealed(blobs.read(sale.cid as string), sale.terms)
  await done(buyer, acceptFile(walletOf(buyer), sale))
  await done(seller, revealKey(walletOf(seller), { terms: sale.terms, key: KEY }))
  const error = await open(sale).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(WrongChunkError)
  const { index } = error as WrongChunkError
  expect(index).toBe(40)
  const [{ offerId, terms }, key] = [sale, KEY]
  const complaintAbout = async (at: number) =>
    buildComplaint(blobs.read(sale.cid as string), { terms, index: at })
  // The contract and its model agree about a right chunk and about the wrong one.
  const right = await complaintAbout(39)
  expect(judgeComplaint(terms, { offerId, key, chunk: right })).toBe('correct')
  await expect(complainAboutFile(walletOf(buyer), { terms, key, chunk: right })).rejects.toThrow(
    'nothing to complain about',
  )
  const chunk = await complaintAbout(index)
  expect(judgeComplaint(terms, { offerId, key, chunk })).toBe('upheld')
  await done(buyer, complainAboutFile(walletOf(buyer), { terms, key, chunk }))
  expect(await findFileSale(buyer, offerId)).toMatchObject({ stage: 'ended', outcome: 'faulty' })
  expect((await gainOf(seller)) - before.seller).toBe(-10n * 10n ** 18n)
  expect((await gainOf(buyer)) - before.buyer).toBe(10n * 10n ** 18n)
})

/** A sale by a seller that changed a bit of chunk 40 after sealing, and bound itself to that. */
async function aDishonestSale(): Promise<FileSale> {
  const { chainId, contracts } = chain.read
  const name = { seller: walletOf(seller).address, nonce: 77n }
  const offerId = fileOfferId({ ...name, chainId, verifyingContract: contracts.fairExchange })
  const sealed = sealFile(sourceOf(FILE), { offerId, key: KEY, chunkBytes: 4096 })
  const parts: Uint8Array[] = []
  for await (const part of sealed.bytes) parts.push(part)
  const bytes = new Uint8Array(Buffer.concat(parts))
  const place = 40 * (32 + 4096) + 32
  bytes[place] = (bytes[place] as number) ^ 1
  const hasher = createChunkHasher()
  const tree = createFileTree(hasher)
  const size = { ...sealed.facts(), chunkBytes: 4096 }
  for await (const { index, plainHash, cipher } of sealedChunks(sourceOf(bytes), size))
    tree.push(hasher.leaf(index, plainHash, cipher))
  const { cid } = await blobs.put(bytes)
  const { terms: usual } = await sellFile(seller, { source: sourceOf(FILE), price: PRICE })
  await done(seller, finishFile(walletOf(seller), { terms: usual }))
  const keyCommitment = keyCommitmentOf(offerId, KEY)
  const terms = { ...usual, ...size, ...name, root: tree.finish().root, keyCommitment }
  await done(seller, offerFile(walletOf(seller), { terms, uri: `ipfs://${cid}` }))
  return findFileSale(buyer, offerId)
}

it('is found by no digits that several have', async () => {
  await expect(findFileSale(buyer, '0x')).rejects.toThrow('file ls')
})
