import {
  type Address,
  bytesToHex,
  type Hex32,
  nowSec,
  type Seconds,
  seconds,
  type TxHash,
  unixSeconds,
  type Wei,
  wei,
  ZERO_ADDRESS,
} from '@millrace/base'
import { offerFile, revealKey, signTyped, waitForSuccess } from '@millrace/chain'
import {
  type FileKey,
  type FileOffer,
  fileKeyOf,
  fileKeyTypedData,
  fileOfferId,
  keyCommitmentOf,
} from '@millrace/protocol'
import type { Cid } from '@millrace/storage/client'
import { type Client, walletOf } from '../client.ts'
import { requireFree } from '../wallet.ts'
import { sealFile } from './sealFile.ts'

export type SellFileParameters = {
  /** The file; read once. */
  source: AsyncIterable<Uint8Array>
  price: Wei
  /** A tenth of the price, the least there may be, unless given. */
  deposit?: Wei
  /** Who may buy; anybody unless given. */
  buyer?: Address
  /** 4096 unless given: larger ones make complaints dear, smaller ones the sealed file longer. */
  chunkBytes?: number
  /** False for a file whose `plainRoot` buyers know from elsewhere; see docs/protocol/fair-exchange.md. */
  isSalted?: boolean
  /** Lifetime of the offer; a week unless given. */
  acceptSec?: Seconds
  /** Time to show the key after acceptance; an hour unless given. */
  revealSec?: Seconds
  /** Time to complain after that; an hour, the least there may be, unless given. */
  complainSec?: Seconds
}

export type OfferedFile = { offerId: Hex32; terms: FileOffer; cid: Cid; txHash: TxHash }

const WEEK_SEC = 7 * 86_400

/**
 * Seals a file into storage, chunk by chunk, and offers it. The key follows from the wallet: nothing
 * has to be kept for {@link revealFileKey}.
 *
 * @throws {NotEnoughMoneyError} `NOT_ENOUGH_MONEY` when the deposit is not free
 */
export async function sellFile(
  client: Client,
  parameters: SellFileParameters,
  options: { signal?: AbortSignal } = {},
): Promise<OfferedFile> {
  const { source, price, buyer = ZERO_ADDRESS, chunkBytes = 4096, isSalted = true } = parameters
  const wallet = walletOf(client)
  const deposit = parameters.deposit ?? leastDeposit(price)
  await requireFree(client, wallet.address, deposit)
  const nonce = BigInt(bytesToHex(client.random.bytes(32)))
  const name = { seller: wallet.address, nonce }
  const offerId = offerIdOf(client, name)
  const key = await deriveKey(client, offerId, isSalted)
  const sealed = sealFile(source, { offerId, key, chunkBytes })
  const { cid } = await client.storage.put(sealed.bytes, options)
  const terms: FileOffer = {
    ...name,
    ...sealed.facts(),
    buyer,
    keyCommitment: keyCommitmentOf(offerId, key),
    chunkBytes,
    price,
    deposit,
    acceptUntil: unixSeconds(nowSec(client.clock) + (parameters.acceptSec ?? WEEK_SEC)),
    revealSec: parameters.revealSec ?? seconds(3600),
    complainSec: parameters.complainSec ?? seconds(3600),
  }
  const txHash = await offerFile(wallet, { terms, uri: `ipfs://${cid}` }, options)
  await waitForSuccess(wallet, txHash, options)
  return { offerId, terms, cid, txHash }
}

/** Shows the key of an offer of the client's own. @throws {TooLateError} `TOO_LATE` */
export async function revealFileKey(
  client: Client,
  terms: FileOffer,
  options: { signal?: AbortSignal } = {},
): Promise<TxHash> {
  const wallet = walletOf(client)
  const offerId = offerIdOf(client, terms)
  const salted = await deriveKey(client, offerId, true)
  const isSalted = keyCommitmentOf(offerId, salted) === terms.keyCommitment
  const key = isSalted ? salted : await deriveKey(client, offerId, false)
  const sent = await revealKey(wallet, { terms, key }, options)
  await waitForSuccess(wallet, sent, options)
  return sent
}

/** Rounded up, as the contract does. */
export function leastDeposit(price: Wei): Wei {
  return wei((price + 9n) / 10n)
}

function offerIdOf(
  { chain }: Client,
  { seller, nonce }: { seller: Address; nonce: bigint },
): Hex32 {
  const { chainId, contracts } = chain
  return fileOfferId({ chainId, verifyingContract: contracts.fairExchange, seller, nonce })
}

async function deriveKey(client: Client, offerId: Hex32, isSalted: boolean): Promise<FileKey> {
  const { chainId, contracts } = client.chain
  const domain = { chainId, verifyingContract: contracts.fairExchange }
  const signed = await signTyped(walletOf(client).account, fileKeyTypedData(offerId, domain))
  return fileKeyOf(signed, isSalted)
}
