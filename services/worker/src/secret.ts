import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Address,
  bytesToHex,
  type Hex32,
  hexToBytes,
  type Random,
  Secret,
} from '@millrace/base'
import { writeDurably } from './store/durableFile.ts'

/**
 * The worker's secret, made once. From it follow all batch seeds, so that a restart knows them and
 * none is ever written down.
 */
export async function loadSecret(home: string, random: Random): Promise<Secret<Uint8Array>> {
  const path = join(home, 'secret')
  const existing = readSecret(path)
  if (existing !== undefined) return new Secret(existing)
  const bytes = random.bytes(32)
  await writeDurably(path, new TextEncoder().encode(bytesToHex(bytes)))
  return new Secret(bytes)
}

/** Gives the secret seed of a batch: `HMAC-SHA256(secret, chain id 8 | work 20 | pool 20 | nonce 8)`. */
export type Seeds = (nonce: bigint) => Hex32

export function createSeeds(
  secret: Secret<Uint8Array>,
  { chainId, work, pool }: { chainId: number; work: Address; pool: Address },
): Seeds {
  return (nonce) => {
    const message = new Uint8Array(56)
    const view = new DataView(message.buffer)
    view.setBigUint64(0, BigInt(chainId))
    message.set(hexToBytes(work), 8)
    message.set(hexToBytes(pool), 28)
    view.setBigUint64(48, nonce)
    const seed = createHmac('sha256', secret.reveal()).update(message).digest()
    return bytesToHex(seed) as Hex32
  }
}

function readSecret(path: string): Uint8Array | undefined {
  try {
    return hexToBytes(readFileSync(path, 'utf8').trim() as `0x${string}`)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
