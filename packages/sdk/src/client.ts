import {
  type Clock,
  InvalidInputError,
  type Random,
  systemClock,
  systemRandom,
} from '@millrace/base'
import { createReadClient, type ReadClient, type WriteClient } from '@millrace/chain'
import type { Sha256 } from '@millrace/protocol'
import { type BlobStore, httpBlobStore } from '@millrace/storage/client'
import type { Info } from '@millrace/wire'
import { sha256 } from 'viem'
import type { HttpContext } from './http.ts'
import { getInfo } from './queries.ts'

/** What every function of this package takes first. */
export type Client = HttpContext & {
  /** Origin of the market's API. */
  readonly apiUrl: string
  readonly chain: ReadClient
  readonly storage: BlobStore
  /** Signs and sends; absent in a client that only looks. */
  readonly wallet: WriteClient | undefined
  readonly clock: Clock
  readonly random: Random
  readonly sha256: Sha256
}

export type ClientOptions = {
  apiUrl: string
  /** What GET /info said before; asked for when absent. */
  info?: Pick<Info, 'chainId' | 'rpcUrl' | 'storageUrl' | 'contracts'>
  /** Makes the sending side, for instance with createWriteClient of @millrace/chain. */
  wallet?: (chain: ReadClient) => WriteClient
  storage?: BlobStore
  /** A native hash where there is one; results of many megabytes gain from it. */
  sha256?: Sha256
  fetch?: typeof globalThis.fetch
  clock?: Clock
  random?: Random
  signal?: AbortSignal
}

/**
 * Connects to a cloud by the address of its market.
 *
 * @throws {ServiceUnreachableError} `SERVICE_UNREACHABLE`
 */
export async function createClient(options: ClientOptions): Promise<Client> {
  const { apiUrl, signal, clock = systemClock, random = systemRandom } = options
  const fetch = options.fetch ?? globalThis.fetch
  const http = { apiUrl: apiUrl.replace(/\/+$/, ''), fetch, clock }
  const info = options.info ?? (await getInfo(http, { signal }))
  const chain = createReadClient({
    rpcUrl: info.rpcUrl,
    chainId: info.chainId,
    contracts: info.contracts,
    clock,
    ...(signal === undefined ? {} : { signal }),
  })
  return {
    ...http,
    chain,
    storage: options.storage ?? httpBlobStore({ url: info.storageUrl, fetch }),
    wallet: options.wallet?.(chain),
    random,
    sha256: options.sha256 ?? ((bytes) => sha256(bytes, 'bytes')),
  }
}

/** The client's signing side. @throws {InvalidInputError} when it was made without one. */
export function walletOf(client: Client): WriteClient {
  if (client.wallet !== undefined) return client.wallet
  throw new InvalidInputError({
    field: 'client.wallet',
    value: undefined,
    expected: 'given to createClient to sign or send anything',
  })
}
