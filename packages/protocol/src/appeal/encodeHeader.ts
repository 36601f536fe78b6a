import type { Hex } from '@millrace/base'
import { toRlp } from 'viem'

/** Fields of a header in the order in which they are hashed; forks only ever add at the end. */
const FIELDS = [
  'parentHash',
  'sha3Uncles',
  'miner',
  'stateRoot',
  'transactionsRoot',
  'receiptsRoot',
  'logsBloom',
  'difficulty',
  'number',
  'gasLimit',
  'gasUsed',
  'timestamp',
  'extraData',
  'mixHash',
  'nonce',
  'baseFeePerGas',
  'withdrawalsRoot',
  'blobGasUsed',
  'excessBlobGas',
  'parentBeaconBlockRoot',
  'requestsHash',
]
const NUMBERS = new Set([
  'difficulty',
  'number',
  'gasLimit',
  'gasUsed',
  'timestamp',
  'baseFeePerGas',
  'blobGasUsed',
  'excessBlobGas',
])

/**
 * The RLP of a block's header, of the fields that a node gives for it; its keccak256 is the block's hash, if the
 * fork that made the block is not later than Prague.
 */
export function encodeHeader(block: Readonly<Record<string, unknown>>): Hex {
  return toRlp(
    FIELDS.filter((name) => block[name] != null).map((name) =>
      NUMBERS.has(name) ? integer(block[name] as Hex) : (block[name] as Hex),
    ),
  )
}

/** RLP knows no leading zeros. */
function integer(value: Hex): Hex {
  const digits = value.slice(2).replace(/^0+/, '')
  return digits === '' ? '0x' : `0x${digits.length % 2 === 0 ? '' : '0'}${digits}`
}
