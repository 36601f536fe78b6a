import { type Address, type Hex32, InvalidInputError, type UnixSeconds } from '@millrace/base'
import { readEvents, readFileSale } from '@millrace/chain'
import { type FileKey, type FileOffer, SALE_OUTCOMES, type SaleStage } from '@millrace/protocol'
import { type Cid, normalCid } from '@millrace/storage/client'
import type { Client } from '../client.ts'

/** A sale of a file, as chain and events tell it. */
export type FileSale = {
  offerId: Hex32
  terms: FileOffer
  /** The sealed file in storage; undefined when the seller hands it over itself. */
  cid: Cid | undefined
  stage: SaleStage
  /** The zero address while there is none. */
  buyer: Address
  /** End of the present stage; 0 when it is over. */
  until: UnixSeconds
  /** Once it is over. */
  outcome: (typeof SALE_OUTCOMES)[number] | undefined
}

type Options = { signal?: AbortSignal }

/** All sales of files, oldest first. */
export async function listFileSales(client: Client, options: Options = {}): Promise<FileSale[]> {
  const offers = await readEvents(client.chain, { ...OFFERS, where: {} }, options)
  return Promise.all(offers.map(({ args }) => withState(client, args, options)))
}

/**
 * One sale by its id, or by the first digits of it.
 *
 * @throws {InvalidInputError} `INVALID_INPUT` when there is none, or several
 */
export async function findFileSale(
  client: Client,
  idOrDigits: string,
  options: Options = {},
): Promise<FileSale> {
  const offers = await readEvents(client.chain, { ...OFFERS, where: {} }, options)
  const found = offers.filter(({ args }) => args.offerId.startsWith(idOrDigits.toLowerCase()))
  const [only] = found
  if (only === undefined || found.length > 1 || idOrDigits.length < 4)
    throw new InvalidInputError({
      field: 'offer',
      value: idOrDigits,
      expected: 'the id of a file on sale or its first digits; see npx millrace file ls',
    })
  return withState(client, only.args, options)
}

/** The key that the seller showed; undefined before. */
export async function readFileKey(
  client: Client,
  offerId: Hex32,
  options: Options = {},
): Promise<FileKey | undefined> {
  const shown = { contract: 'fairExchange', name: 'KeyRevealed', fromBlock: 0 } as const
  const [event] = await readEvents(client.chain, { ...shown, where: { offerId } }, options)
  return event?.args.key
}

/** Waits until a sale has left a stage, or until that stage is over in time. */
export async function waitForSale(
  client: Client,
  sale: FileSale,
  { signal }: Options = {},
): Promise<FileSale> {
  const options = signal === undefined ? {} : { signal }
  for (;;) {
    const mark = client.chain.heads.mark()
    const { stage, until } = await readFileSale(client.chain, sale.offerId, options)
    if (stage !== sale.stage || client.clock.nowMs() / 1000 >= until)
      return findFileSale(client, sale.offerId, options)
    await client.chain.heads.next(mark, options)
  }
}

const OFFERS = { contract: 'fairExchange', name: 'FileOffered', fromBlock: 0 } as const

type Offered = { offerId: Hex32; terms: FileOffer; uri: string }

async function withState(
  client: Client,
  { offerId, terms, uri }: Offered,
  options: Options,
): Promise<FileSale> {
  const state = await readFileSale(client.chain, offerId, options)
  const ended = { contract: 'fairExchange', name: 'FileSaleEnded', fromBlock: 0 } as const
  const [end] =
    state.stage === 'ended'
      ? await readEvents(client.chain, { ...ended, where: { offerId } }, options)
      : []
  return {
    offerId,
    terms,
    cid: uri.startsWith('ipfs://') ? normalCid(uri.slice(7), 'uri') : undefined,
    ...state,
    buyer: end?.args.buyer ?? state.buyer,
    outcome: end === undefined ? undefined : SALE_OUTCOMES[end.args.outcome],
  }
}
