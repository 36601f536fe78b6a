import type { Clock, Hex } from '@millrace/base'
import type { Rpc } from '../client/rpc.ts'

/** Price of gas in the chain's own coin. */
export type Fees = { maxFeePerGas: bigint; maxPriorityFeePerGas: bigint }

const FRESH_MS = 1_000

/** Suggests fees for the next blocks: twice the base fee and the tip that the node suggests. */
export function createFees({ rpc, clock }: { rpc: Rpc; clock: Clock }): () => Promise<Fees> {
  let cached: { at: number; fees: Promise<Fees> } | undefined
  return () => {
    const now = clock.nowMs()
    if (cached === undefined || now - cached.at > FRESH_MS) {
      const entry = { at: now, fees: askFees(rpc) }
      cached = entry
      entry.fees.catch(() => {
        if (cached === entry) cached = undefined
      })
    }
    return cached.fees
  }
}

async function askFees(rpc: Rpc): Promise<Fees> {
  const [block, tip] = await Promise.all([
    rpc<{ baseFeePerGas?: Hex }>('eth_getBlockByNumber', ['latest', false]),
    // Not all nodes have the method; base fee alone is a valid price.
    rpc<Hex>('eth_maxPriorityFeePerGas').catch(() => '0x0'),
  ])
  const maxPriorityFeePerGas = BigInt(tip)
  return {
    maxPriorityFeePerGas,
    maxFeePerGas: 2n * BigInt(block.baseFeePerGas ?? '0x0') + maxPriorityFeePerGas,
  }
}

/** Nodes take a replacement only for at least 10 % more of both; 12.5 % here, rounded up. */
export function bumpFees(old: Fees, suggested: Fees): Fees {
  const bump = (value: bigint, least: bigint) => max((value * 9n) / 8n + 1n, least)
  const maxPriorityFeePerGas = bump(old.maxPriorityFeePerGas, suggested.maxPriorityFeePerGas)
  return {
    maxPriorityFeePerGas,
    maxFeePerGas: max(bump(old.maxFeePerGas, suggested.maxFeePerGas), maxPriorityFeePerGas),
  }
}

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b)
