import { type Hex, isRetryable, type TxHash } from '@millrace/base'
import type { ReadClient } from '../client/readClient.ts'
import type { WriteClient } from '../client/writeClient.ts'
import { contractFailure, revertError } from '../errors/decodeContractError.ts'
import { RpcFailedError } from '../errors/rpcErrors.ts'
import { readReceipt } from './readReceipt.ts'
import type { Receipt } from './receipt.ts'

export type WaitForReceiptOptions = {
  signal?: AbortSignal | undefined
  /** Blocks wanted on top of the transaction's; default that of the client. */
  confirmations?: number | undefined
}

/**
 * Waits until a transaction is mined and confirmed. Outlasts a node that is away; for a client's
 * own transaction it follows fee bumps and new nonces.
 *
 * A transaction that is mined but reverted is a receipt too: see {@link waitForSuccess}.
 *
 * @throws {TransactionFailedError} `TRANSACTION_FAILED` when the outbox gave the transaction up.
 */
export async function waitForReceipt(
  client: ReadClient | WriteClient,
  txHash: TxHash,
  { signal, confirmations = client.confirmations }: WaitForReceiptOptions = {},
): Promise<Receipt> {
  for (;;) {
    const mark = client.heads.mark()
    const receipt = await ignoreOutage(findReceipt(client, txHash, signal))
    if (receipt !== undefined) {
      if (confirmations === 0) return receipt
      const head = Number((await ignoreOutage(client.rpc<Hex>('eth_blockNumber'))) ?? 0)
      if (head >= receipt.blockNumber + confirmations) return receipt
    }
    await client.heads.next(mark, { signal })
  }
}

/**
 * Like {@link waitForReceipt}, but a reverted transaction throws the contract's error.
 *
 * @throws the error with which the transaction reverted
 */
export async function waitForSuccess(
  client: ReadClient | WriteClient,
  txHash: TxHash,
  options: WaitForReceiptOptions = {},
): Promise<Receipt> {
  const receipt = await waitForReceipt(client, txHash, options)
  if (receipt.status === 'reverted') throw await readRevert(client, receipt)
  return receipt
}

/** Runs a reverted call again on the state before its block to learn why. */
async function readRevert(client: ReadClient, receipt: Receipt): Promise<Error> {
  const sent = await client.rpc<{ from: Hex; to: Hex | null; input: Hex; value: Hex; gas: Hex }>(
    'eth_getTransactionByHash',
    [receipt.txHash],
  )
  const target = { to: sent.to?.toLowerCase() as never, contracts: client.contracts }
  const { from, to, input: data, value, gas } = sent
  for (const block of [receipt.blockNumber, receipt.blockNumber - 1]) {
    try {
      await client.rpc('eth_call', [{ from, to, data, value, gas }, `0x${block.toString(16)}`])
    } catch (error) {
      const failure = error instanceof RpcFailedError && contractFailure(error, target)
      if (failure) return failure
    }
  }
  return revertError('0x', target)
}

async function findReceipt(
  client: ReadClient | WriteClient,
  txHash: TxHash,
  signal: AbortSignal | undefined,
): Promise<Receipt | undefined> {
  const hashes = 'formsOf' in client ? await client.formsOf(txHash) : [txHash]
  const receipts = await Promise.all(hashes.map((hash) => readReceipt(client, hash, { signal })))
  return receipts.find((receipt) => receipt !== undefined)
}

async function ignoreOutage<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call
  } catch (error) {
    if (isRetryable(error)) return undefined
    throw error
  }
}
