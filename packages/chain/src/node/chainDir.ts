import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import {
  type Address,
  address,
  bytesToHex,
  type Clock,
  InvalidInputError,
  nowSec,
  type Random,
} from '@millrace/base'
import type { LocalAccount } from 'viem'
import { english, generateMnemonic, mnemonicToAccount } from 'viem/accounts'
import { ChainFolderCorruptError } from './chainNodeErrors.ts'

/** What a chain begins with; never changes afterwards. */
export type ChainGenesis = { chainId: number; timestamp: number; coinbase: Address }

const GENESIS = 'genesis.json'
const FAUCET = 'faucet.json'
/** Gas of a block. One transaction may have 16.7 million (EIP-7825). */
export const BLOCK_GAS = 100_000_000
/** The faucet's share of the chain's own coin: a thousand million. */
const FAUCET_BALANCE = 10n ** 27n

/**
 * The genesis of the chain in `dir`; a new one when there is none yet, with a random account that
 * holds all of the chain's own coin.
 */
export function openGenesis(
  dir: string,
  { chainId, clock, random }: { chainId: number | undefined; clock: Clock; random: Random },
  defaultChainId: number,
): ChainGenesis {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  if (!existsSync(join(dir, FAUCET))) {
    const mnemonic = generateMnemonic(english)
    writeDurably(join(dir, FAUCET), JSON.stringify({ mnemonic }), 0o600)
  }
  if (!existsSync(join(dir, GENESIS))) {
    const genesis: ChainGenesis = {
      chainId: chainId ?? defaultChainId,
      timestamp: nowSec(clock),
      // Receives fees. Random, so that every chain has its own genesis hash.
      coinbase: address(bytesToHex(random.bytes(20))),
    }
    writeDurably(join(dir, GENESIS), JSON.stringify(genesis))
  }
  const genesis = readJson<ChainGenesis>(join(dir, GENESIS))
  if (chainId !== undefined && chainId !== genesis.chainId)
    throw new InvalidInputError({
      field: 'chainId',
      value: chainId,
      expected: `${genesis.chainId}, with which the chain in ${dir} began`,
    })
  return genesis
}

/** The account that holds a new chain's coins; its key never leaves the folder's 0600 file. */
export function readFaucet(dir: string): LocalAccount {
  const { mnemonic } = readJson<{ mnemonic: string }>(join(dir, FAUCET))
  return mnemonicToAccount(mnemonic)
}

/** Genesis as geth and anvil read it. */
export function genesisFile({ chainId, timestamp, coinbase }: ChainGenesis, faucet: string) {
  return {
    config: { chainId },
    nonce: '0x0',
    timestamp: toQuantity(timestamp),
    extraData: '0x',
    gasLimit: toQuantity(BLOCK_GAS),
    difficulty: '0x0',
    mixHash: `0x${'0'.repeat(64)}`,
    coinbase,
    baseFeePerGas: '0x1',
    alloc: { [faucet]: { balance: toQuantity(FAUCET_BALANCE) } },
  }
}

/** Replaces a file so that a crash leaves the old or the new one, whole. */
export function writeDurably(path: string, data: string | Uint8Array, mode = 0o644): void {
  const temporary = `${path}.tmp`
  const fd = openSync(temporary, 'w', mode)
  try {
    const bytes = Buffer.from(data as string)
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  renameSync(temporary, path)
  syncDir(join(path, '..'))
}

/** Makes new and renamed entries of a folder durable. */
export function syncDir(dir: string): void {
  const fd = openSync(dir, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

function readJson<T>(file: string): T {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T
  } catch (cause) {
    throw new ChainFolderCorruptError({ file, reason: String(cause), cause })
  }
}

function toQuantity(value: number | bigint): string {
  return `0x${value.toString(16)}`
}
