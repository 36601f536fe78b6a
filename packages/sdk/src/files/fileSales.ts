import type { Hex32 } from '@millrace/base'
import { readEvents, readFileSale } from '@millrace/chain'
import { type FileKey, type FileOffer, SALE_OUTCOMES } from '@millrace/protocol'
import { zFileSaleRow } from '@millrace/wire'
import type { Client } from '../client.ts'
import {
  cidOfUri,
  listSaleRows,
  onlyOffer,
  type Sale,
  type SaleQuery,
  saleOfRow,
} from '../sales.ts'

type Options = { signal?: AbortSignal }

/** A sale of a file. `cid`: the sealed file in storage; undefined when the seller hands it over itself. */
export type FileSale = Sale & { terms: FileOffer }

/** Sales of files from the market's tables, newest first. */
export async function listFileSales(
  client: Client,
  query: SaleQuery = {},
  options: Options = {},
): Promise<FileSale[]> {
  const rows = await listSaleRows(client, '/files', { item: zFileSaleRow, query }, options)
  return rows.map((row) => ({ ...saleOfRow(row), terms: row.terms }))
}

/**
 * One sale by its id, or by the first digits of it, as the chain has it: what is paid on its terms must not depend
 * on a table.
 *
 * @throws {InvalidInputError} `INVALID_INPUT` when there is none, or several
 */
export async function findFileSale(
  client: Client,
  idOrDigits: string,
  options: Options = {},
): Promise<FileSale> {
  const offers = await readEvents(client.chain, { ...OFFERS, where: {} }, options)
  return withState(client, onlyOffer(offers, idOrDigits, 'file').args, options)
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
    cid: cidOfUri(uri),
    ...state,
    buyer: end?.args.buyer ?? state.buyer,
    outcome: end === undefined ? undefined : SALE_OUTCOMES[end.args.outcome],
  }
}
