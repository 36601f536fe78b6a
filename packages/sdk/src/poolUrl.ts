import { type Address, InvalidInputError } from '@millrace/base'
import type { Client } from './client.ts'
import { getPool } from './queries.ts'

const known = new WeakMap<object, Map<Address, Promise<string>>>()

/** HTTP origin of a pool, from its entry in the registry; asked for once per client. */
export function poolUrlOf(client: Client, pool: Address): Promise<string> {
  const urls = known.get(client) ?? new Map<Address, Promise<string>>()
  known.set(client, urls)
  const found = urls.get(pool) ?? look(client, pool)
  urls.set(pool, found)
  found.catch(() => urls.delete(pool))
  return found
}

async function look(client: Client, pool: Address): Promise<string> {
  const { uri } = await getPool(client, pool)
  if (!/^https?:\/\//.test(uri))
    throw new InvalidInputError({
      field: `uri of pool ${pool}`,
      value: uri,
      expected: 'an http address',
    })
  return uri.replace(/\/+$/, '')
}
