import { seededRandom, systemClock } from '@millrace/base'
import type { WriteClient } from '@millrace/chain'
import type { BlobStore } from '@millrace/storage/client'
import type { TestChain } from '@millrace/testing'
import { sha256 } from 'viem'
import type { Client } from '../client.ts'

/** A client of a party that meets others over chain and storage alone: no market answers it. */
export function aTradingClient(chain: TestChain, storage: BlobStore, wallet: WriteClient): Client {
  return {
    apiUrl: 'http://nowhere',
    fetch: globalThis.fetch,
    clock: systemClock,
    random: seededRandom(Number(BigInt(wallet.address) % 1000n)),
    chain: chain.read,
    storage,
    wallet,
    sha256: (bytes) => sha256(bytes, 'bytes'),
  }
}
