import { type Address, bytesToHex, type Hex32, type UnixSeconds, wei } from '@millrace/base'
import {
  createChunkCipher,
  createChunkHasher,
  type FileKey,
  type FileOffer,
  fileOfferId,
  keyCommitmentOf,
  type ServiceOffer,
} from '@millrace/protocol'
import { keccak256, type TransactionReceipt, toHex } from 'viem'
import type { Figures } from './gasScenarios.ts'
import type { Story } from './marketStory.ts'

const DEPTH = 20
const INDEX = 700_001
const KEY: FileKey = { secret: hash('secret'), salt: hash('salt') }
const ZERO = '0x0000000000000000000000000000000000000000' as Address
let nonce = 0n

/** Sales of a file of 2^20 chunks: the four steps of an honest one, and complaints about a wrong chunk. */
export async function measureFiles(story: Story): Promise<Figures> {
  const figures: Figures = {}
  for (const chunkBytes of [512, 4096, 16_384]) {
    const { complain } = await complainOnce(story, chunkBytes)
    figures[`file, depth ${DEPTH}, ${chunkBytes} bytes a chunk: complain`] = complain
  }
  // Both accounts have sold and bought before: what is measured is not the first use of a slot.
  const { terms } = aSale(story, 4096)
  const [seller, buyer] = [story.appOwner, story.requester]
  const steps = {
    offer: await sell(story, seller, 'offer', [terms, 'ipfs://'.padEnd(66, 'b')]),
    accept: await sell(story, buyer, 'accept', [terms]),
    reveal: await sell(story, seller, 'reveal', [terms, KEY]),
    finish: await sell(story, buyer, 'finish', [terms]),
  }
  for (const [name, used] of Object.entries(steps)) figures[`file: ${name}`] = used
  figures['file: offer, accept, reveal and finish'] = Object.values(steps).reduce((a, b) => a + b)
  return figures
}

/** Sales of work: accepted by its buyer, and refused, appealed and ruled. */
export async function measureServices(story: Story): Promise<Figures> {
  const { local, appOwner: provider, requester: buyer, operator: arbiter } = story
  const figures: Figures = {}
  for (const isAppealed of [true, false]) {
    const terms = aService(story)
    const steps: [typeof provider, string, unknown[]][] = [
      [provider, 'offer', [terms, 'ipfs://'.padEnd(66, 'b')]],
      [buyer, 'accept', [terms]],
      [provider, 'deliver', [terms, hash('work')]],
    ]
    if (isAppealed)
      steps.push(
        [buyer, 'refuse', [terms, hash('no')]],
        [provider, 'appeal', [terms, hash('yes')]],
        [arbiter, 'rule', [terms, 6000]],
      )
    else steps.push([buyer, 'finish', [terms]])
    for (const [who, step, args] of steps)
      figures[`service: ${step}`] = gas(await local.write(who, 'services', step, args))
  }
  return figures
}

async function complainOnce(story: Story, chunkBytes: number): Promise<{ complain: number }> {
  const { terms, chunk } = aSale(story, chunkBytes)
  await sell(story, story.appOwner, 'offer', [terms, ''])
  await sell(story, story.requester, 'accept', [terms])
  await sell(story, story.appOwner, 'reveal', [terms, KEY])
  return { complain: await sell(story, story.requester, 'complain', [terms, KEY, chunk]) }
}

/** A file of which nothing but one wrong chunk and the way to the root was ever there. */
function aSale({ local, appOwner }: Story, chunkBytes: number) {
  const name = { seller: appOwner.address, nonce: ++nonce }
  const verifyingContract = local.contracts.fairExchange
  const offerId = fileOfferId({ ...name, chainId: 31_337, verifyingContract })
  const hasher = createChunkHasher()
  const { cipher } = createChunkCipher(offerId, KEY).seal(INDEX, new Uint8Array(chunkBytes).fill(7))
  const plainHash = new Uint8Array(32).fill(9)
  const path = Array.from({ length: DEPTH }, (_, i) => hash(`sibling ${i}`))
  let node = hasher.leaf(INDEX, plainHash, cipher)
  for (const [height, sibling] of path.entries()) {
    const other = Uint8Array.from(Buffer.from(sibling.slice(2), 'hex'))
    node = (INDEX >> height) % 2 === 0 ? hasher.node(node, other) : hasher.node(other, node)
  }
  const terms: FileOffer = {
    ...name,
    buyer: ZERO,
    root: bytesToHex(node) as Hex32,
    plainRoot: hash('plain root'),
    keyCommitment: keyCommitmentOf(offerId, KEY),
    sizeBytes: BigInt(2 ** DEPTH * chunkBytes),
    chunkBytes,
    price: wei(10n ** 18n),
    deposit: wei(10n ** 17n),
    acceptUntil: 3_000_000_000 as UnixSeconds,
    revealSec: 3600 as FileOffer['revealSec'],
    complainSec: 3600 as FileOffer['complainSec'],
  }
  const chunk = {
    index: BigInt(INDEX),
    plainHash: bytesToHex(plainHash),
    cipher: bytesToHex(cipher),
    path,
  }
  return { terms, chunk }
}

function aService({ appOwner, operator }: Story): ServiceOffer {
  const day = 86_400 as ServiceOffer['reviewSec']
  return {
    provider: appOwner.address,
    nonce: ++nonce,
    buyer: ZERO,
    arbiter: operator.address,
    task: hash('task'),
    price: wei(10n ** 18n),
    stake: wei(10n ** 17n),
    fee: wei(10n ** 16n),
    acceptUntil: 3_000_000_000 as UnixSeconds,
    deliverSec: day,
    reviewSec: day,
    appealSec: day,
    rulingSec: day,
    maturitySec: 0 as ServiceOffer['maturitySec'],
  }
}

async function sell({ local }: Story, who: Story['appOwner'], step: string, args: unknown[]) {
  return gas(await local.write(who, 'fairExchange', step, args))
}

function hash(text: string): Hex32 {
  return keccak256(toHex(text)) as Hex32
}

const gas = ({ gasUsed }: TransactionReceipt): number => Number(gasUsed)
