import type { Address, Hex32 } from '@millrace/base'
import { readEvents, readServiceSale } from '@millrace/chain'
import { SALE_OUTCOMES, type ServiceOffer } from '@millrace/protocol'
import { zServiceSaleRow } from '@millrace/wire'
import type { Client } from './client.ts'
import type { Options } from './queries.ts'
import { cidOfUri, listSaleRows, onlyOffer, type Sale, type SaleQuery, saleOfRow } from './sales.ts'

/** A sale of a piece of work. */
export type ServiceSale = Sale & {
  terms: ServiceOffer
  /** sha256 of what was delivered, and of what each side had to say. */
  content: Hex32 | undefined
  refusal: Hex32 | undefined
  appeal: Hex32 | undefined
  /** Share of the price that the provider got; once it is over. */
  providerBps: number | undefined
}

/** Sales of services from the market's tables, newest first. */
export async function listServiceSales(
  client: Client,
  query: SaleQuery & { arbiter?: Address } = {},
  options: Options = {},
): Promise<ServiceSale[]> {
  const rows = await listSaleRows(client, '/services', { item: zServiceSaleRow, query }, options)
  return rows.map((row) => {
    const { terms, content, refusal, appeal, providerBps } = row
    return { ...saleOfRow(row), terms, content, refusal, appeal, providerBps }
  })
}

/**
 * One sale by its id, or by the first digits of it, as the chain has it: what is locked on its terms must not
 * depend on a table.
 *
 * @throws {InvalidInputError} `INVALID_INPUT` when there is none, or several
 */
export async function findServiceSale(
  client: Client,
  idOrDigits: string,
  { signal }: Options = {},
): Promise<ServiceSale> {
  const { chain } = client
  const options = signal === undefined ? {} : { signal }
  const from = { contract: 'services', fromBlock: 0 } as const
  const offers = await readEvents(chain, { ...from, name: 'ServiceOffered', where: {} }, options)
  const { offerId, terms, uri } = onlyOffer(offers, idOrDigits, 'service').args
  const where = { offerId }
  const [state, accepted, delivered, refused, appealed, ended] = await Promise.all([
    readServiceSale(chain, offerId, options),
    readEvents(chain, { ...from, name: 'ServiceAccepted', where }, options),
    readEvents(chain, { ...from, name: 'ServiceDelivered', where }, options),
    readEvents(chain, { ...from, name: 'ServiceRefused', where }, options),
    readEvents(chain, { ...from, name: 'ServiceAppealed', where }, options),
    readEvents(chain, { ...from, name: 'ServiceEnded', where }, options),
  ])
  const end = ended[0]?.args
  return {
    ...{ offerId, terms, cid: cidOfUri(uri), ...state },
    buyer: accepted[0]?.args.buyer ?? state.buyer,
    content: delivered[0]?.args.content,
    refusal: refused[0]?.args.reason,
    appeal: appealed[0]?.args.reason,
    outcome: end === undefined ? undefined : SALE_OUTCOMES[end.outcome],
    providerBps: end?.providerBps,
  }
}
