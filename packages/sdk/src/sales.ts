import { type Address, type Hex32, InvalidInputError, ZERO_ADDRESS } from '@millrace/base'
import type { SaleState } from '@millrace/chain'
import type { SaleOutcome } from '@millrace/protocol'
import { type Cid, normalCid } from '@millrace/storage/client'
import type { FileSaleRow, ServiceSaleRow } from '@millrace/wire'
import type { Client } from './client.ts'
import { listRows, type Options } from './queries.ts'

/** Where a sale stands, of a file or a service. */
export type Sale = SaleState & {
  offerId: Hex32
  /** What lies in storage: the sealed file, or the description of the work. */
  cid: Cid | undefined
  /** Once it is over. */
  outcome: SaleOutcome | undefined
}

export type SaleQuery = {
  seller?: Address
  buyer?: Address
  /** Leaves out what is over, and offers whose time has passed. */
  open?: true
}

/** All rows of a list of sales, as of the newest block: what was just sent is in it. */
export async function listSaleRows<T>(
  client: Client,
  path: string,
  { query, ...list }: { item: { parse(value: unknown): T }; query: Record<string, string | true> },
  options: Options = {},
): Promise<T[]> {
  const minBlock = Number(await client.chain.rpc<string>('eth_blockNumber', [], options))
  return listRows(client, path, list.item, { query: { ...query, minBlock }, ...options })
}

export function saleOfRow(row: FileSaleRow | ServiceSaleRow): Sale {
  const { offerId, stage, until, outcome, buyer = ZERO_ADDRESS, uri } = row
  return { offerId, stage, until, outcome, buyer, cid: cidOfUri(uri) }
}

export function cidOfUri(uri: string): Cid | undefined {
  return uri.startsWith('ipfs://') ? normalCid(uri.slice(7), 'uri') : undefined
}

/**
 * The one offer that an id, or the first digits of it, means.
 *
 * @throws {InvalidInputError} `INVALID_INPUT` when there is none, or several
 */
export function onlyOffer<T extends { args: { offerId: Hex32 } }>(
  offers: readonly T[],
  idOrDigits: string,
  what: 'file' | 'service',
): T {
  const found = offers.filter(({ args }) => args.offerId.startsWith(idOrDigits.toLowerCase()))
  const [only] = found
  if (only !== undefined && found.length === 1 && idOrDigits.length >= 4) return only
  throw new InvalidInputError({
    field: 'offer',
    value: idOrDigits,
    expected: `the id of a ${what} on sale or its first digits; see npx millrace ${what} ls`,
  })
}
